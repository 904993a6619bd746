import type { HarnessContext } from '../runner/context.js';
import { StandIn, type StandInAnswer, type StandInRequest } from './stand-in.js';

const SCOPE = 'https://www.googleapis.com/auth/drive.file';
const ORIGINS = ['https://oauth2.googleapis.com', 'https://www.googleapis.com', 'https://accounts.google.com'];

/**
 * What Google Drive's connector needs of Google: a token endpoint that rotates refresh tokens and takes a spent one for
 * theft, and files. A consent lives on beside those that are given after it.
 */
export class GoogleStandIn {
  /** Calls of the token endpoint, by grant type. */
  readonly grants: string[] = [];
  isRevoked = false;
  /** The refresh token that was issued with the access token of the last call; `null` before the first. */
  used: string | null = null;
  private readonly files = new Map<string, Buffer>();
  /** Of each consent: its refresh token, and its access token. */
  private readonly consents = new Map([['refresh-0', '']]);

  private constructor(private readonly context: HarnessContext) {}

  static async start(context: HarnessContext): Promise<GoogleStandIn & { readonly env: Record<string, string> }> {
    const google = new GoogleStandIn(context);
    const { origin, host } = await StandIn.start(context, (request) => google.answer(request, origin));
    const overrides = Object.fromEntries(ORIGINS.map((name) => [name, origin]));
    const env = { EDE_EGRESS_ALLOW: host, EDE_ENDPOINT_OVERRIDES: JSON.stringify(overrides) };
    return Object.assign(google, { env });
  }

  private answer(request: StandInRequest, origin: string): StandInAnswer | Promise<StandInAnswer> {
    const { pathname } = request.url;
    if (pathname === '/token') return this.token(new URLSearchParams(request.body.toString()));
    if (pathname.startsWith('/session/')) return this.store(pathname.slice('/session/'.length), request);
    const { authorization } = request.headers;
    this.used = [...this.consents].find(([, accessToken]) => authorization === `Bearer ${accessToken}`)?.[0] ?? null;
    if (this.used === null || this.isRevoked) return { status: 401, body: {} };
    const id = `file-${this.files.size}`;
    if (pathname === '/drive/v3/files/generateIds') return { body: { ids: [id] } };
    if (pathname.startsWith('/upload/')) return { headers: { location: `${origin}/session/${id}` } };
    if (pathname === '/drive/v3/about') return { body: { user: { emailAddress: 'a@acme.example' } } };
    return this.read(request.url);
  }

  private async token(form: URLSearchParams): Promise<StandInAnswer> {
    const grant = form.get('grant_type') ?? '';
    this.grants.push(grant);
    // As long as a real server takes: callers come in meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const isRefresh = grant === 'refresh_token';
    if (isRefresh && !this.consents.delete(form.get('refresh_token') ?? '')) this.isRevoked = true;
    if (this.isRevoked) return { status: 400, body: { error: 'invalid_grant' } };
    const refresh_token = isRefresh ? `refresh-${this.context.random.hex(8)}` : `refresh-${form.get('code')}`;
    const access_token = `access-${this.context.random.hex(16)}`;
    this.consents.set(refresh_token, access_token);
    return { body: { access_token, refresh_token, token_type: 'Bearer', expires_in: 3_600, scope: SCOPE } };
  }

  private store(id: string, { body }: StandInRequest): StandInAnswer {
    this.files.set(id, body);
    return { body: { id } };
  }

  private read({ pathname, searchParams }: URL): StandInAnswer {
    const id = pathname.split('/').pop() ?? '';
    const file = this.files.get(id);
    if (pathname === '/drive/v3/files') return { body: { files: [] } };
    if (file === undefined) return { status: 404, body: {} };
    if (searchParams.get('alt') === 'media') return { headers: { 'content-length': String(file.length) }, body: file };
    const modifiedTime = '2026-01-01T00:00:00.000Z';
    return { body: { id, name: id, size: String(file.length), modifiedTime, trashed: false } };
  }
}

/** A Google Drive connector with the client's credentials. @param more further params. */
export function googleDrive(more: Readonly<Record<string, string>> = {}) {
  const params = { client_id: 'client', client_secret: 'client-secret', ...more };
  const param_ids = Object.entries(params).map(([key, value]) => ({ key, value }));
  return { name: 'Drive', category: 'storage', provider_type: 'google_drive', param_ids };
}
