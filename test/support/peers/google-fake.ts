import { randomBytes, randomUUID } from 'node:crypto';
import { ContractFake, type FakeAnswer, type FakeRequest } from './contract-fake.js';

export interface FakeFile {
  readonly id: string;
  name: string;
  parents: string[];
  content: Buffer;
  mimeType: string;
  modifiedTime: string;
  trashed: boolean;
}

interface Session {
  readonly fileId: string | null;
  readonly metadata: { name?: string; parents?: string[] };
  readonly mimeType: string;
  received: Buffer[];
  size: number;
}

const CHUNK_UNIT = 256 * 1024;

/** The Google APIs that our providers use, as their documentation tells them: OAuth token, Drive v3, Gmail v1. */
export class GoogleFake {
  readonly files = new Map<string, FakeFile>();
  readonly mails: Buffer[] = [];
  /** Access tokens that are good now. */
  readonly tokens = new Set<string>();
  readonly sessions = new Map<string, Session>();
  quota = { limit: '1000000000000', usage: '5' };
  canAddChildren = true;
  /** What the next token is granted. */
  scope = '';

  private constructor(readonly http: ContractFake) {}

  static async start(): Promise<GoogleFake> {
    const holder: { google?: GoogleFake } = {};
    const http = await ContractFake.start((request) => holder.google?.authenticate(request) ?? null);
    const google = new GoogleFake(http);
    holder.google = google;
    google.serveTokens();
    google.serveDrive();
    google.serveUploads();
    google.serveGmail();
    return google;
  }

  get origin(): string {
    return this.http.origin;
  }

  stop(): Promise<void> {
    return this.http.stop();
  }

  /** A good access token. */
  issue(): string {
    const token = `ya29.${randomBytes(12).toString('hex')}`;
    this.tokens.add(token);
    return token;
  }

  private authenticate({ path, headers }: FakeRequest): FakeAnswer | null {
    if (path === '/token' || path.startsWith('/session/')) return null;
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    return token !== undefined && this.tokens.has(token) ? null : refused(401, 'authError');
  }

  private serveTokens(): void {
    this.http.on('POST /token', (request) => {
      const form = new URLSearchParams(request.bytes.toString());
      if (form.get('grant_type') === 'refresh_token' && form.get('refresh_token') !== 'good-refresh') {
        return { status: 400, body: { error: 'invalid_grant' } };
      }
      return { body: { access_token: this.issue(), token_type: 'Bearer', expires_in: 3599, scope: this.scope } };
    });
  }

  private serveDrive(): void {
    this.http
      .on('GET /drive/v3/about', () => ({
        body: { user: { emailAddress: 'a@acme.example' }, storageQuota: this.quota },
      }))
      .on('GET /drive/v3/files', (request) => this.list(request))
      .on('GET /drive/v3/files/:id', (request) => this.read(request))
      .on('DELETE /drive/v3/files/:id', ({ params }) =>
        this.files.delete(params['id'] ?? '') ? { status: 204 } : refused(404, 'notFound'),
      );
  }

  private read({ params, query, headers }: FakeRequest): FakeAnswer {
    const id = params['id'] ?? '';
    if (id === 'folder') return { body: { id, trashed: false, capabilities: { canAddChildren: this.canAddChildren } } };
    const file = this.files.get(id);
    if (!file) return refused(404, 'notFound');
    if (query.get('alt') !== 'media') {
      return {
        body: {
          id,
          name: file.name,
          size: String(file.content.length),
          modifiedTime: file.modifiedTime,
          trashed: file.trashed,
        },
      };
    }
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    if (start === undefined) return { headers: { 'content-length': String(file.content.length) }, body: file.content };
    const part = file.content.subarray(Number(start), Number(end) + 1);
    return { status: 206, headers: { 'content-length': String(part.length) }, body: part };
  }

  private list({ query }: FakeRequest): FakeAnswer {
    if (query.get('supportsAllDrives') !== 'true') return refused(400, 'badRequest');
    const q = query.get('q') ?? '';
    const name = /name = '((?:[^'\\]|\\.)*)'/.exec(q)?.[1]?.replaceAll(/\\(.)/g, '$1');
    const parent = /'([^']+)' in parents/.exec(q)?.[1] ?? 'root';
    const all = [...this.files.values()].filter(
      (file) => !file.trashed && file.parents.includes(parent) && (name === undefined || file.name === name),
    );
    const offset = Number(query.get('pageToken') ?? 0);
    const size = Number(query.get('pageSize') ?? 100);
    const files = all
      .slice(offset, offset + size)
      .map(({ id, name: fileName, content }) => ({ id, name: fileName, size: String(content.length) }));
    return { body: { files, ...(offset + size < all.length && { nextPageToken: String(offset + size) }) } };
  }

  private serveUploads(): void {
    const open = (request: FakeRequest, fileId: string | null): FakeAnswer => {
      if (request.query.get('uploadType') !== 'resumable') return refused(400, 'badRequest');
      if (fileId !== null && !this.files.has(fileId)) return refused(404, 'notFound');
      const id = randomUUID();
      const metadata = request.size > 0 ? request.json<Session['metadata']>() : {};
      const mimeType = String(request.headers['x-upload-content-type'] ?? 'application/octet-stream');
      this.sessions.set(id, { fileId, metadata, mimeType, received: [], size: 0 });
      return { headers: { location: `${this.origin}/session/${id}` } };
    };
    this.http
      .on('POST /upload/drive/v3/files', (request) => open(request, null))
      .on('PATCH /upload/drive/v3/files/:id', (request) => open(request, request.params['id'] ?? ''))
      .on('POST /upload/gmail/v1/users/me/messages/send', (request) => open(request, null))
      .on('PUT /session/:id', (request) => this.take(request))
      .on('DELETE /session/:id', ({ params }) =>
        this.sessions.delete(params['id'] ?? '') ? { status: 499 } : refused(404, 'notFound'),
      );
  }

  private take(request: FakeRequest): FakeAnswer {
    const id = request.params['id'] ?? '';
    const session = this.sessions.get(id);
    if (!session) return refused(404, 'notFound');
    const range = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(String(request.headers['content-range']));
    if (!range || !isNext(session, request.size, range)) return refused(400, 'badRequest');
    session.received.push(request.bytes);
    session.size += request.size;
    if (range[3] !== '*' && session.size === Number(range[3])) return this.finish(id, session);
    return { status: 308, headers: session.size > 0 ? { range: `bytes=0-${session.size - 1}` } : {} };
  }

  private finish(id: string, session: Session): FakeAnswer {
    this.sessions.delete(id);
    const content = Buffer.concat(session.received);
    if (session.mimeType === 'message/rfc822') {
      this.mails.push(content);
      return { body: { id: `mail-${this.mails.length}`, threadId: 't1', labelIds: ['SENT'] } };
    }
    const file = this.fileOf(session);
    file.content = content;
    file.modifiedTime = new Date().toISOString();
    this.files.set(file.id, file);
    return { body: { id: file.id } };
  }

  private fileOf({ fileId, metadata, mimeType }: Session): FakeFile {
    const existing = fileId === null ? undefined : this.files.get(fileId);
    const { name = 'Untitled', parents = ['root'] } = metadata;
    const fresh = {
      id: randomUUID(),
      name,
      parents,
      mimeType,
      content: Buffer.alloc(0),
      modifiedTime: '',
      trashed: false,
    };
    return existing ?? fresh;
  }

  private serveGmail(): void {
    this.http.on('GET /gmail/v1/users/me/profile', () => ({ body: { emailAddress: 'a@acme.example' } }));
  }
}

/** A piece continues where the last one ended; only the last one may be no multiple of 256 KiB. */
function isNext(session: Session, size: number, [, start, end, total]: RegExpExecArray): boolean {
  if (start === undefined) return size === 0;
  if (Number(start) !== session.size || size !== Number(end) - Number(start) + 1) return false;
  return total !== '*' || size % CHUNK_UNIT === 0;
}

/** An error as Google's APIs write it. */
function refused(status: number, reason: string): FakeAnswer {
  return { status, body: { error: { code: status, message: `secret provider text ${reason}`, errors: [{ reason }] } } };
}
