import type { HarnessContext } from '../../runner/context.js';
import { StandIn, type StandInAnswer, type StandInRequest } from '../../support/stand-in.js';
import type { Canaries } from './canaries.js';
import type { GeneratedSecrets } from './generated-secrets.js';

/** Whose requests come here. */
const ORIGINS = [
  'https://slack.com',
  'https://oauth2.googleapis.com',
  'https://www.googleapis.com',
  'https://accounts.google.com',
  'https://gmail.googleapis.com',
  'https://echo.example',
];
const BOT_TOKENS = '/api/oauth.v2.access';
const TOKEN_ENDPOINTS = ['/token', BOT_TOKENS];
const SCOPES = [
  ...['https://www.googleapis.com/auth/drive.file', 'https://www.googleapis.com/auth/gmail.send'],
  ...['chat:write', 'chat:write.public'],
];
/** So many calls with a good token are served before one is refused. */
const SERVED = 3;

/**
 * All vendors in one. Who shows a code that was expected, or a token that was issued for one, is served; everyone else
 * is refused with an answer that repeats the request.
 */
export class Vendor {
  consents = 0;
  refreshes = 0;
  /** Calls with an access token that was issued here. */
  calls = 0;
  private readonly codes = new Set<string>();
  private readonly refreshTokens = new Set<string>();
  /** Access token → whether there is a refresh token for it. */
  private readonly accessTokens = new Map<string, boolean>();
  private origin = '';

  private constructor(
    private readonly canaries: Canaries,
    private readonly generated: GeneratedSecrets,
  ) {}

  /** Ends with the harness. */
  static async start(
    context: HarnessContext,
    canaries: Canaries,
    generated: GeneratedSecrets,
  ): Promise<Vendor & { readonly env: Record<string, string>; readonly url: string }> {
    const vendor = new Vendor(canaries, generated);
    const { origin, host } = await StandIn.start(context, (request) => vendor.answer(request));
    vendor.origin = origin;
    const overrides = Object.fromEntries(ORIGINS.map((name) => [name, origin]));
    const env = { EDE_EGRESS_ALLOW: host, EDE_ENDPOINT_OVERRIDES: JSON.stringify(overrides) };
    return Object.assign(vendor, { env, url: origin });
  }

  /** @returns an authorization code that is good once. */
  newCode(): string {
    const code = this.canaries.plain();
    this.codes.add(code);
    return code;
  }

  private answer(request: StandInRequest): StandInAnswer {
    const { pathname } = request.url;
    if (TOKEN_ENDPOINTS.includes(pathname)) return this.token(request);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const isRenewable = this.accessTokens.get(token);
    if (isRenewable === undefined) return repeated(request, 400);
    if (++this.calls % (SERVED + 1) === 0 && isRenewable) {
      this.accessTokens.delete(token);
      return repeated(request, 401);
    }
    return this.served(pathname) ?? repeated(request, 400);
  }

  private token(request: StandInRequest): StandInAnswer {
    const form = new URLSearchParams(request.body.toString());
    const verifier = form.get('code_verifier');
    if (verifier !== null) this.generated.learn('PKCE verifier', verifier);
    const isGranted = this.codes.delete(form.get('code') ?? '');
    const isRefreshed = this.refreshTokens.delete(form.get('refresh_token') ?? '');
    if (!isGranted && !isRefreshed) return repeated(request, 400);
    if (isGranted) this.consents++;
    else this.refreshes++;
    return { body: this.issued(request.url.pathname === BOT_TOKENS) };
  }

  /** Beside the tokens much that nobody asked for. */
  private issued(isForBot: boolean): object {
    const [access_token, refresh_token] = [this.canaries.plain(), this.canaries.plain()];
    this.accessTokens.set(access_token, !isForBot);
    this.refreshTokens.add(refresh_token);
    const tokens = { access_token, token_type: isForBot ? 'bot' : 'Bearer', scope: SCOPES.join(' ') };
    return {
      ok: true,
      ...tokens,
      ...(!isForBot && { refresh_token, expires_in: 3_600 }),
      team: { id: this.canaries.plain(), name: this.canaries.next() },
      authed_user: { id: this.canaries.plain(), access_token: this.canaries.plain() },
    };
  }

  /** What connection tests ask for. */
  private served(pathname: string): StandInAnswer | null {
    if (pathname === '/drive/v3/about') return { body: { user: { emailAddress: 'a@acme.example' } } };
    if (pathname === '/drive/v3/files') return { body: { files: [] } };
    if (pathname === '/drive/v3/files/generateIds') return { body: { ids: ['a-new-file'] } };
    if (pathname === '/api/auth.test')
      return { headers: { 'x-oauth-scopes': SCOPES.join(',') }, body: { ok: true, team: 'Acme' } };
    // The address of an upload is a secret, too: who has it may write.
    if (pathname.startsWith('/upload/'))
      return { headers: { location: `${this.origin}/session/${this.canaries.plain()}` } };
    return null;
  }
}

function repeated({ method, url, headers, body }: StandInRequest, status: number): StandInAnswer {
  const error = headers.authorization ?? 'error';
  return { status, body: { error, error_description: body.toString(), method, url: url.href, headers } };
}
