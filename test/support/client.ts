import request, { type Response, type Test } from 'supertest';

/** What a test reads of an answer. */
export type Answer = Pick<Response, 'status' | 'headers' | 'body' | 'text'>;

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Who the client is, when it has signed in. */
export interface Identity {
  readonly userId: string;
  readonly email: string;
  readonly password: string;
  /** The session's or token's organization. */
  readonly organizationId: string;
}

export type Method = 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete';

const COOKIE = /^(ede_session_insecure)=([^;]*)/;

/** A REST client that keeps its session cookie, or carries an API token. */
export class TestClient {
  private cookie: string | null = null;
  private signedIn: Identity | null = null;

  constructor(
    readonly url: string,
    private readonly token: string | null = null,
    identity: Identity | null = null,
  ) {
    this.signedIn = identity;
  }

  /** @throws Error when the client has not signed in. */
  get identity(): Identity {
    if (!this.signedIn) throw new Error('This client has not signed in');
    return this.signedIn;
  }

  get organizationId(): string {
    return this.identity.organizationId;
  }

  /** The session cookie as a request carries it, `null` without a session. */
  get sessionCookie(): string | null {
    return this.cookie;
  }

  get(path: string, options?: RequestOptions): Promise<Answer> {
    return this.request('get', path, undefined, options);
  }

  head(path: string, options?: RequestOptions): Promise<Answer> {
    return this.request('head', path, undefined, options);
  }

  post(path: string, body?: object | string, options?: RequestOptions): Promise<Answer> {
    return this.request('post', path, body, options);
  }

  put(path: string, body?: object | string, options?: RequestOptions): Promise<Answer> {
    return this.request('put', path, body, options);
  }

  patch(path: string, body?: object | string, options?: RequestOptions): Promise<Answer> {
    return this.request('patch', path, body, options);
  }

  delete(path: string, options?: RequestOptions): Promise<Answer> {
    return this.request('delete', path, undefined, options);
  }

  /** A request with everything set that this client sends; for multipart bodies and streams. */
  raw(method: Method, path: string): Test {
    const test = request(this.url)[method](path);
    if (this.cookie !== null) test.set('cookie', this.cookie);
    if (this.token !== null) test.set('authorization', `Bearer ${this.token}`);
    return test;
  }

  /** Signs in by password and keeps the cookie. */
  async logIn(email: string, password: string): Promise<void> {
    await this.signInBy('/api/auth/login', { email, password }, password);
  }

  /** Does what login and setup have in common: sends the form and remembers who answered. */
  async signInBy(path: string, form: object, password: string): Promise<void> {
    const answer = await this.post(path, form);
    if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
    const { user, organization_id } = answer.body as { user: { id: string; email: string }; organization_id: string };
    this.signedIn = { userId: user.id, email: user.email, password, organizationId: organization_id };
  }

  /** A client of the same user that uses a new API token. */
  async withToken(options: { scopes?: readonly string[]; organization_id?: string } = {}): Promise<TestClient> {
    const answer = await this.post('/api/auth/tokens', { name: 'Test', ...options });
    if (answer.status !== 201) throw new Error(`No token: ${answer.status} ${answer.text}`);
    const { token, organization_id } = answer.body as { token: string; organization_id: string };
    return new TestClient(this.url, token, { ...this.identity, organizationId: organization_id });
  }

  /** Creates a connector; what is not given is an S3-compatible storage without params. @returns the record. */
  async createConnector(fields: object = {}): Promise<Answer['body']> {
    const draft = { name: 'Test', category: 'storage', provider_type: 's3_compatible', ...fields };
    return bodyOf(await this.post('/api/connectors', draft));
  }

  async readConnector(id: string): Promise<Answer['body']> {
    return bodyOf(await this.get(`/api/connectors/${id}`));
  }

  /** Confirms the session by password, so that it may reveal secrets for five minutes. */
  async confirm(): Promise<void> {
    const answer = await this.post('/api/auth/confirm', { password: this.identity.password });
    if (answer.status !== 204) throw new Error(`Not confirmed: ${answer.status} ${answer.text}`);
  }

  /** Any method; a body is sent as JSON, a string as it is. */
  async request(
    method: string,
    path: string,
    body?: object | string,
    { headers = {} }: RequestOptions = {},
  ): Promise<Answer> {
    const test = this.raw(method as Method, path);
    if (body !== undefined) test.set('content-type', 'application/json').send(body);
    const answer = await test.set(headers);
    this.keepCookie(answer);
    return answer;
  }

  private keepCookie({ headers }: Answer): void {
    const cookies = headers as unknown as { 'set-cookie'?: string[] };
    for (const line of cookies['set-cookie'] ?? []) {
      const [, name, value] = COOKIE.exec(line) ?? [];
      if (name !== undefined) this.cookie = value === '' ? null : `${name}=${value}`;
    }
  }
}

function bodyOf(answer: Answer): Answer['body'] {
  if (answer.status >= 300) throw new Error(`Answered ${answer.status}: ${answer.text}`);
  return answer.body;
}
