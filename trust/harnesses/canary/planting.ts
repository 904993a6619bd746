import type { HarnessContext } from '../../runner/context.js';
import { formWithFile, json, type HttpAnswer, type HttpRequest, type HttpSender } from '../../support/http.js';
import type { ApiDocument } from '../../support/openapi.js';
import type { Canaries } from './canaries.js';
import type { Search } from './search.js';

interface Draft {
  readonly category: string;
  readonly provider_type: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Puts secrets wherever the API takes one, makes everything fail, and looks at each answer. */
export class Planting {
  requests = 0;

  constructor(
    private readonly context: HarnessContext,
    private readonly http: HttpSender,
    private readonly canaries: Canaries,
    private readonly search: Search,
    private readonly cookie: string,
    /** Of a service that sends back what it gets. */
    private readonly echo: string,
    /** Stands in clear where it may: a name, a param's key, a document. */
    private readonly control: string,
  ) {}

  async run(document: ApiDocument, wanted: number): Promise<void> {
    await this.inClear();
    while (this.canaries.count < wanted) {
      for (const draft of this.drafts()) await this.connector(draft);
      await this.people();
      await this.wrongRequests();
    }
    for (const { method, path, isPublic } of document.operations)
      if (method === 'GET' && !path.includes('{') && !isPublic) await this.send({ method, path });
    await this.reports();
  }

  private async inClear(): Promise<void> {
    const draft = { name: this.control, category: 'storage', provider_type: 's3_compatible' };
    await this.must(this.post('/api/connectors', { ...draft, param_ids: [{ key: this.control, value: 'ordinary' }] }));
  }

  /** What leaves for other systems. */
  private async reports(): Promise<void> {
    const token = await this.must(this.post('/api/auth/tokens', { name: 'Collector', scopes: ['read'] }));
    const { token: bearer } = JSON.parse(token.text) as { token: string };
    const headers = { authorization: `Bearer ${bearer}` };
    const metrics = await this.must(this.http.send({ method: 'GET', path: '/metrics', headers }));
    this.look('GET /metrics', metrics);
    if (!metrics.text.includes('route="/api/connectors"')) throw new Error('The metrics know no request');
    const trail = await this.must(this.send({ method: 'GET', path: '/api/audit/export' }));
    this.look('GET /api/audit/export', trail, 'the audit export');
  }

  private async must(sending: Promise<HttpAnswer>): Promise<HttpAnswer> {
    const answer = await sending;
    if (answer.status >= 300) throw new Error(`Answered ${answer.status}: ${answer.text}`);
    return answer;
  }

  private drafts(): Draft[] {
    const secret = () => this.canaries.next();
    const plain = () => this.canaries.plain();
    const storage = (provider_type: string, params: Draft['params']) => ({
      category: 'storage',
      provider_type,
      params,
    });
    return [
      storage('echo', { token: secret(), second: secret() }),
      storage('echo', { token: secret(), mode: 'throw' }),
      storage('s3_compatible', { endpoint: this.echo, bucket: 'bucket', access_key: 'key', secret_key: secret() }),
      storage('aws_s3', {
        bucket: 'bucket',
        region: 'eu-central-1',
        access_key: 'key',
        secret_key: secret(),
        session_token: secret(),
      }),
      storage('google_drive', { client_id: 'client', client_secret: secret(), refresh_token: secret() }),
      storage('google_drive', { service_account: JSON.stringify({ type: 'service_account', private_key: secret() }) }),
      {
        category: 'email',
        provider_type: 'gmail',
        params: { client_id: 'client', client_secret: secret(), refresh_token: plain() },
      },
      { category: 'messaging', provider_type: 'slack', params: { bot_token: plain(), client_secret: secret() } },
      {
        category: 'messaging',
        provider_type: 'webhook',
        params: {
          url: `${this.echo}/hook`,
          test_url: `${this.echo}/test`,
          'headers.Authorization': `Bearer ${plain()}`,
          hmac_secret: secret(),
        },
      },
      storage('s3_compatible', { custom_password: secret(), 'nested.api_key': secret() }),
    ];
  }

  private async connector({ params, ...draft }: Draft): Promise<void> {
    const param_ids = Object.entries(params).map(([key, value]) => ({ key, value }));
    const name = `Planted ${this.canaries.count}`;
    const created = await this.post(
      '/api/connectors',
      { ...draft, name, param_ids },
      { 'idempotency-key': name.replaceAll(' ', '-') },
    );
    await this.post('/api/connectors/test', { ...draft, param_ids });
    const { id } = JSON.parse(created.text) as { id?: string };
    if (id === undefined) throw new Error(`${draft.provider_type} was not created: ${created.text}`);
    const own = `/api/connectors/${id}`;
    await this.file(own, draft.provider_type);
    await this.post(`${own}/test`, { deep: true });
    await this.post(`${own}/test`, { send: { to: '#general', text: 'Test' } });
    await this.post(`${own}/activate`);
    await this.post(`${own}/oauth/authorize`);
    await this.send({
      method: 'PATCH',
      path: own,
      ...json({ param_ids: [{ key: 'endpoint', value: 'https://elsewhere.example' }] }),
    });
    await this.post(`${own}/import-config`, {
      json_data: { token: this.canaries.next(), 'x.password': this.canaries.next() },
      mode: 'merge',
    });
    await this.post('/api/commands/ir.connector.get_config', { record_id: id });
    for (const path of ['', '/config', '/checks', '/audit', '/usages'])
      await this.send({ method: 'GET', path: own + path });
    await this.send({ method: 'PUT', path: own, ...json({ name: `${name} again`, param_ids, is_default: true }) });
    await this.route(draft.category, own);
  }

  /** A secret in a file, from which a param takes its value. */
  private async file(own: string, providerType: string): Promise<void> {
    const content = JSON.stringify({ private_key: this.canaries.next() });
    const form = formWithFile({ name: 'a.json', type: 'application/json', content });
    const upload = { method: 'POST', path: '/api/storage/documents?purpose=config', ...form };
    const { id } = JSON.parse((await this.must(this.send(upload))).text) as { id: string };
    const key = providerType === 'echo' ? 'second' : 'extra.file';
    const change = { param_ids: [{ key, value_type: 'file', file_id: id }] };
    await this.must(this.send({ method: 'PATCH', path: own, ...json(change) }));
  }

  /** Real work through the connector: documents, mail, messages. */
  private async route(category: string, own: string): Promise<void> {
    if (category === 'storage') {
      const document = formWithFile({ name: 'a.txt', type: 'text/plain', content: `in clear ${this.control}` });
      await this.send({ method: 'POST', path: '/api/storage/documents', ...document });
    }
    if (category === 'messaging') await this.post('/api/messaging/messages', { text: 'ordinary', to: '#general' });
    await this.post('/api/email/messages', { to: ['a@example.com'], subject: 'ordinary', text: 'ordinary' });
    if (this.context.random.below(3) === 0) await this.send({ method: 'DELETE', path: own });
  }

  private async people(): Promise<void> {
    const email = `user${this.canaries.count}@example.com`;
    const password = this.canaries.next();
    await this.post('/api/users', { email, name: 'Planted', password, memberships: [] });
    await this.post('/api/auth/login', { email, password: this.canaries.next() });
    await this.post('/api/auth/confirm', { password: this.canaries.next() });
    await this.post('/api/auth/password', { current: this.canaries.next(), new: this.canaries.next() });
    await this.post('/api/auth/reset', { reset_token: this.canaries.plain(), password: this.canaries.next() });
    await this.post('/api/setup', { setup_token: this.canaries.plain(), email, password, organization_name: 'x' });
  }

  /** A secret in the wrong place is refused without being repeated. */
  private async wrongRequests(): Promise<void> {
    const secret = () => this.canaries.next();
    const draft = { name: 'Wrong', category: 'storage', provider_type: 's3_compatible' };
    await this.post('/api/connectors', {
      ...draft,
      param_ids: [{ key: 'endpoint', value: `https://user:${this.canaries.plain()}@host.example` }],
    });
    await this.post('/api/connectors', { ...draft, param_ids: [{ key: 'secret_key', value: { nested: secret() } }] });
    await this.post('/api/connectors', {
      ...draft,
      config: { api_token: secret() },
      param_ids: [{ key: 'secret_key', value: secret(), sequence: 'x' }],
    });
    await this.send({
      method: 'POST',
      path: '/api/connectors',
      headers: { 'content-type': 'application/json' },
      body: `{"secret": "${secret()}`,
    });
    await this.send({
      method: 'GET',
      path: `/api/connectors/oauth/callback/slack?code=${this.canaries.plain()}&state=${this.canaries.plain()}`,
    });
    await this.http
      .send({ method: 'GET', path: '/api/connectors', headers: { authorization: `Bearer ${this.canaries.plain()}` } })
      .then((answer) => this.look('GET with a made up token', answer));
    await this.http
      .send({ method: 'GET', path: '/api/connectors', headers: { cookie: `ede_session=${this.canaries.plain()}` } })
      .then((answer) => this.look('GET with a made up cookie', answer));
  }

  private post(path: string, body: object = {}, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> {
    const request = json(body);
    return this.send({ method: 'POST', path, ...request, headers: { ...request.headers, ...headers } });
  }

  private async send(request: HttpRequest): Promise<HttpAnswer> {
    const answer = await this.http.send({ ...request, headers: { ...request.headers, cookie: this.cookie } });
    this.look(`${request.method} ${request.path.split('?')[0]}`, answer);
    return answer;
  }

  private look(what: string, { status, headers, text }: HttpAnswer, place = 'answers'): void {
    this.requests++;
    this.search.look(place, Buffer.from(`${JSON.stringify(headers)}\n${text}`), `the answer ${status} of ${what}`);
  }
}
