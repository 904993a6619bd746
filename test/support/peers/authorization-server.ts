import type { IncomingMessage, ServerResponse } from 'node:http';
import { Provider, type KoaContextWithOIDC } from 'oidc-provider';
import { Listener } from './listener.js';

export const CLIENT_ID = 'ede-client';
export const CLIENT_SECRET = 'canary-client-secret-7d1f';
export const SCOPES = ['files.read', 'files.write'];
const ACCOUNT = 'user@example.com';

export interface AuthorizationServerOptions {
  /** As the provider's constants name it; the server itself listens on loopback. */
  readonly issuer: string;
  /** Where consents may come back to. */
  readonly redirectUris: readonly string[];
  /** Seconds that an access token lives. */
  readonly accessTokenLifetime?: number;
}

/** One request to the token endpoint. */
export interface TokenCall {
  readonly grantType: string;
  readonly form: Readonly<Record<string, string>>;
  readonly status: number;
}

/**
 * A real authorization server: code with PKCE, refresh tokens that rotate, and a family that is revoked on reuse.
 * Beside it one protected resource, `/api/me`.
 */
export class AuthorizationServer {
  readonly tokenCalls: TokenCall[] = [];
  /** How often each access token was used at the resource. */
  readonly uses = new Map<string, number>();

  private constructor(
    private readonly listener: Listener,
    private readonly provider: Provider,
    readonly origin: string,
  ) {}

  static async start(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
    const provider = new Provider(options.issuer, configurationOf(options));
    const handle = provider.callback();
    const listener = await Listener.http((request, response) => void peer.serve(request, response, handle));
    const peer = new AuthorizationServer(listener, provider, `http://127.0.0.1:${listener.port}`);
    return peer;
  }

  /**
   * Goes through the consent page as a browser does.
   * @returns the URL that the browser is sent back to.
   */
  async consent(authorizationUrl: string, decision: 'grant' | 'deny' = 'grant'): Promise<URL> {
    const jar = new Map<string, string>();
    let url = new URL(authorizationUrl);
    for (let step = 0; step < 10; step += 1) {
      if (url.pathname.startsWith('/interaction/')) url.searchParams.set('decision', decision);
      const response = await fetch(url, { redirect: 'manual', headers: { cookie: cookieHeader(jar) } });
      keepCookies(jar, response);
      const location = response.headers.get('location');
      if (location === null) throw new Error(`The consent page answered ${response.status}: ${await response.text()}`);
      url = new URL(location, url);
      if (url.pathname.includes('/oauth/callback/')) return url;
    }
    throw new Error('The consent page does not come to an end');
  }

  /** Calls to the token endpoint with one grant type. */
  calls(grantType: 'authorization_code' | 'refresh_token'): TokenCall[] {
    return this.tokenCalls.filter((call) => call.grantType === grantType);
  }

  /** Ends everything that was granted so far, as an owner does in his account settings. */
  async revokeAll(): Promise<void> {
    for (const token of this.issuedRefreshTokens) {
      const found = await this.provider.RefreshToken.find(token);
      await found?.destroy();
    }
  }

  async stop(): Promise<void> {
    await this.listener.stop();
  }

  private readonly issuedRefreshTokens: string[] = [];

  private async serve(
    request: IncomingMessage,
    response: ServerResponse,
    handle: (request: IncomingMessage, response: ServerResponse) => unknown,
  ): Promise<void> {
    const path = new URL(request.url ?? '/', this.origin).pathname;
    if (path === '/api/me') return this.answerResource(request, response);
    if (path.startsWith('/interaction/')) return this.decide(request, response);
    if (path === '/token') this.watchToken(request, response);
    handle(request, response);
  }

  private async answerResource(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const found = await this.provider.AccessToken.find(token);
    const isGood = found !== undefined && !found.isExpired;
    if (isGood) this.uses.set(token, (this.uses.get(token) ?? 0) + 1);
    response.writeHead(isGood ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isGood ? { account: ACCOUNT } : { error: 'invalid_token' }));
  }

  private async decide(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isDenied = request.url?.includes('decision=deny') === true;
    const { params, prompt, session } = await this.provider.interactionDetails(request, response);
    if (isDenied) {
      const refusal = { error: 'access_denied', error_description: `canary-description ${CLIENT_SECRET}` };
      return this.provider.interactionFinished(request, response, refusal);
    }
    if (prompt.name === 'login') {
      return this.provider.interactionFinished(request, response, { login: { accountId: ACCOUNT } });
    }
    const grant = new this.provider.Grant({
      accountId: session?.accountId ?? '',
      clientId: String(params['client_id']),
    });
    grant.addOIDCScope(String(params['scope']));
    return this.provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  }

  /** Writes down what was asked and answered; the server itself notices nothing. */
  private watchToken(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    const answers: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    const end = response.end.bind(response) as (chunk?: unknown) => ServerResponse;
    response.end = ((chunk?: unknown) => {
      if (chunk !== undefined && typeof chunk !== 'function') answers.push(Buffer.from(chunk as string));
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      this.tokenCalls.push({ grantType: form['grant_type'] ?? '', form, status: response.statusCode });
      const answer = JSON.parse(Buffer.concat(answers).toString() || '{}') as { refresh_token?: string };
      if (answer.refresh_token !== undefined) this.issuedRefreshTokens.push(answer.refresh_token);
      return end(chunk);
    }) as typeof response.end;
  }
}

function configurationOf({ redirectUris, accessTokenLifetime = 3600 }: AuthorizationServerOptions) {
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: [...redirectUris],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code' as const],
        token_endpoint_auth_method: 'client_secret_post' as const,
      },
    ],
    cookies: { keys: ['test'] },
    scopes: ['openid', ...SCOPES],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: (_: KoaContextWithOIDC, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_: KoaContextWithOIDC, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    issueRefreshToken: () => true,
    rotateRefreshToken: () => true,
    ttl: {
      AccessToken: accessTokenLifetime,
      AuthorizationCode: 60,
      Grant: 3600,
      Interaction: 600,
      RefreshToken: 3600,
      Session: 3600,
    },
  };
}

function cookieHeader(jar: ReadonlyMap<string, string>): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
}

function keepCookies(jar: Map<string, string>, response: Response): void {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';');
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    if (value === '') jar.delete(name);
    else jar.set(name, value);
  }
}
