import { randomBytes, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { drive_v3 } from '@googleapis/drive';
import type { gmail_v1 } from '@googleapis/gmail';
import { ContractFake, type FakeAnswer, type FakeHandler, type RouteAnswer } from './contract-fake.js';
import type { FakeHead, FakeRequest } from './fake-request.js';
import { googleRefusal, ResumableUploads, type UploadSession } from './resumable-uploads.js';

export interface FakeFile {
  readonly id: string;
  readonly name: string;
  readonly parents: readonly string[];
  modifiedTime: string;
  /** Where its bytes are. */
  content: { readonly file: string; readonly size: number };
}

/** What an upload is for: a new file, the content of an existing one, or a mail. */
interface UploadTarget {
  readonly fileId: string | null;
  readonly metadata: drive_v3.Schema$File;
}

/** RFC 6749, section 5. */
type TokenAnswer =
  | {
      readonly access_token: string;
      readonly token_type: string;
      readonly expires_in: number;
      readonly scope: string;
      readonly refresh_token?: string;
    }
  | { readonly error: string };

/** What each route answers, by Google's own types; `never` where no JSON comes. */
interface GoogleRoutes {
  'POST /token': TokenAnswer;
  'GET /drive/v3/about': drive_v3.Schema$About;
  'GET /drive/v3/files': drive_v3.Schema$FileList;
  'GET /drive/v3/files/generateIds': drive_v3.Schema$GeneratedIds;
  'GET /drive/v3/files/:id': drive_v3.Schema$File;
  'DELETE /drive/v3/files/:id': never;
  'POST /upload/drive/v3/files': never;
  'PUT /upload/drive/v3/files': drive_v3.Schema$File;
  'DELETE /upload/drive/v3/files': never;
  'PATCH /upload/drive/v3/files/:id': never;
  'PUT /upload/drive/v3/files/:id': drive_v3.Schema$File;
  'DELETE /upload/drive/v3/files/:id': never;
  'POST /upload/gmail/v1/users/me/messages/send': never;
  'PUT /upload/gmail/v1/users/me/messages/send': gmail_v1.Schema$Message;
  'DELETE /upload/gmail/v1/users/me/messages/send': never;
  'GET /gmail/v1/users/me/profile': gmail_v1.Schema$Profile;
}

const ACCOUNT = 'a@acme.example';

/**
 * The Google APIs that our providers use, as their documentation tells them: OAuth token, Drive v3, Gmail v1. Content
 * is kept in files, so that the memory of a test process shows what the server itself holds.
 */
export class GoogleFake {
  static readonly FOLDER = 'folder';
  /** A shared drive, whose files only those see who say that they know such drives. */
  static readonly SHARED_DRIVE = 'drive-1';
  readonly files = new Map<string, FakeFile>();
  /** Ids that were given out for new files; Drive takes no others. */
  private readonly generated = new Set<string>();
  /** Files with the MIME of the mails that were sent. */
  private readonly mails: string[] = [];
  /** Access tokens that are good now. */
  readonly tokens = new Set<string>();
  readonly uploads: ResumableUploads<UploadTarget>;
  quota: drive_v3.Schema$About['storageQuota'] = { limit: '1000000000000', usage: '5' };
  canAddChildren = true;
  /** Whether a search by name finds what was stored just now: Drive's often does not, for a while. */
  isIndexed = true;
  /** What the next token is granted. */
  scope = '';

  private constructor(
    readonly http: ContractFake<GoogleRoutes>,
    private readonly folder: string,
  ) {
    this.uploads = new ResumableUploads(folder);
  }

  static async start(): Promise<GoogleFake> {
    const holder: { google?: GoogleFake } = {};
    const http = await ContractFake.start<GoogleRoutes>((head) => holder.google?.authenticate(head) ?? null);
    const google = new GoogleFake(http, await mkdtemp(join(tmpdir(), 'ede-google-')));
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

  async stop(): Promise<void> {
    await this.http.stop();
    await rm(this.folder, { recursive: true });
  }

  /** A good access token. */
  issue(): string {
    const token = `ya29.${randomBytes(12).toString('hex')}`;
    this.tokens.add(token);
    return token;
  }

  /** Puts an empty file there. */
  store(name: string, parent = 'root'): void {
    const id = randomUUID();
    const content = { file: '', size: 0 };
    this.files.set(id, { id, name, parents: [parent], modifiedTime: new Date().toISOString(), content });
  }

  /** The mails that were sent, as they came in. */
  sent(): Promise<Buffer[]> {
    return Promise.all(this.mails.map((file) => readFile(file)));
  }

  private authenticate({ path, query, headers }: FakeHead): FakeAnswer | null {
    // The address of an upload's session is all that Google asks for.
    if (path === '/token' || query.has('upload_id')) return null;
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    return token !== undefined && this.tokens.has(token) ? null : googleRefusal(401, 'authError');
  }

  private serveTokens(): void {
    this.http.on('POST /token', async (request, reply) => {
      const form = new URLSearchParams(String(await request.bytes()));
      if (form.get('grant_type') === 'refresh_token' && form.get('refresh_token') !== 'good-refresh') {
        return reply({ error: 'invalid_grant' }, { status: 400 });
      }
      return reply({ access_token: this.issue(), token_type: 'Bearer', expires_in: 3599, scope: this.scope });
    });
  }

  private serveDrive(): void {
    this.http
      .on('GET /drive/v3/about', (_request, reply) =>
        reply({ user: { emailAddress: ACCOUNT }, storageQuota: this.quota }),
      )
      .on('GET /drive/v3/files', (request, reply) => {
        const { supportsAllDrives, includeItemsFromAllDrives, corpora, driveId } = Object.fromEntries(request.query);
        const isShared = driveId === GoogleFake.SHARED_DRIVE && corpora === 'drive';
        const isTold = supportsAllDrives === 'true' && includeItemsFromAllDrives === 'true';
        if (driveId !== undefined && !(isShared && isTold)) return googleRefusal(400, 'badRequest');
        return reply(this.list(request));
      })
      .on('GET /drive/v3/files/:id', (request, reply) => {
        const id = request.params['id'] ?? '';
        if (this.isFolder(id, request))
          return reply({ id, trashed: false, capabilities: { canAddChildren: this.canAddChildren } });
        const file = this.find(id, request);
        if (!file) return googleRefusal(404, 'notFound');
        if (request.query.get('alt') === 'media') return contentOf(file, request.headers.range);
        const { name, modifiedTime, content } = file;
        return reply({ id, name, modifiedTime, size: String(content.size), trashed: false });
      })
      .on('GET /drive/v3/files/generateIds', ({ query }, reply) => {
        const ids = Array.from({ length: Number(query.get('count') ?? 10) }, () => randomUUID());
        for (const id of ids) this.generated.add(id);
        return reply({ ids, space: 'drive' });
      })
      .on('DELETE /drive/v3/files/:id', (request) => {
        const file = this.find(request.params['id'] ?? '', request);
        return file && this.files.delete(file.id) ? { status: 204 } : googleRefusal(404, 'notFound');
      });
  }

  private find(id: string, { query }: FakeHead): FakeFile | undefined {
    const file = this.files.get(id);
    return file && isShared(file) && query.get('supportsAllDrives') !== 'true' ? undefined : file;
  }

  private isFolder(id: string, { query }: FakeHead): boolean {
    return id === GoogleFake.FOLDER || (id === GoogleFake.SHARED_DRIVE && query.get('supportsAllDrives') === 'true');
  }

  private list({ query }: FakeRequest): drive_v3.Schema$FileList {
    const q = query.get('q') ?? '';
    const name = /name = '((?:[^'\\]|\\.)*)'/.exec(q)?.[1]?.replaceAll(/\\(.)/g, '$1');
    const parent = /'([^']+)' in parents/.exec(q)?.[1] ?? 'root';
    const all = [...this.files.values()].filter(
      (file) =>
        file.parents.includes(parent) &&
        isShared(file) === query.has('driveId') &&
        (name === undefined || (this.isIndexed && isSameName(file.name, name))),
    );
    const offset = Number(query.get('pageToken') ?? 0);
    const end = offset + Number(query.get('pageSize') ?? 100);
    const files = all.slice(offset, end).map(({ id, name: fileName, content }): drive_v3.Schema$File => ({
      id,
      name: fileName,
      size: String(content.size),
    }));
    return { files, ...(end < all.length && { nextPageToken: String(end) }) };
  }

  private serveUploads(): void {
    const begin = async (request: FakeRequest): Promise<RouteAnswer> => {
      const fileId = request.params['id'] ?? null;
      if (fileId !== null && !this.find(fileId, request)) return googleRefusal(404, 'notFound');
      const text = String(await request.bytes());
      const metadata: drive_v3.Schema$File = text === '' ? {} : JSON.parse(text);
      const { id } = metadata;
      if (typeof id === 'string' && !this.generated.has(id)) return googleRefusal(400, 'invalid');
      if (typeof id === 'string' && this.files.has(id)) return googleRefusal(409, 'fileIdInUse');
      return this.uploads.begin(request, { fileId, metadata });
    };
    const cancel = (request: FakeRequest): RouteAnswer => this.uploads.cancel(request);
    const take: FakeHandler<drive_v3.Schema$File> = (request, reply) =>
      this.uploads.take(request, (session) => reply({ id: this.keep(session) }));
    this.http
      .on('POST /upload/drive/v3/files', begin)
      .on('PUT /upload/drive/v3/files', take)
      .on('DELETE /upload/drive/v3/files', cancel)
      .on('PATCH /upload/drive/v3/files/:id', begin)
      .on('PUT /upload/drive/v3/files/:id', take)
      .on('DELETE /upload/drive/v3/files/:id', cancel)
      .on('POST /upload/gmail/v1/users/me/messages/send', begin)
      .on('DELETE /upload/gmail/v1/users/me/messages/send', cancel);
  }

  private keep({ about, file, size }: UploadSession<UploadTarget>): string {
    const { name, parents } = about.metadata;
    const content = { file, size };
    const modifiedTime = new Date().toISOString();
    const existing = this.files.get(about.fileId ?? '');
    if (existing) Object.assign(existing, { content, modifiedTime });
    const id = existing?.id ?? about.metadata.id ?? randomUUID();
    if (!existing)
      this.files.set(id, { id, name: name ?? 'Untitled', parents: parents ?? ['root'], content, modifiedTime });
    return id;
  }

  private serveGmail(): void {
    this.http
      .on('GET /gmail/v1/users/me/profile', (_request, reply) => reply({ emailAddress: ACCOUNT }))
      .on('PUT /upload/gmail/v1/users/me/messages/send', (request, reply) =>
        this.uploads.take(request, ({ mimeType, file }) => {
          if (mimeType !== 'message/rfc822') return googleRefusal(400, 'badRequest');
          this.mails.push(file);
          return reply({ id: `mail-${this.mails.length}`, threadId: 't1', labelIds: ['SENT'] });
        }),
      );
  }
}

/** Drive's searches know no case. */
function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function isShared({ parents }: FakeFile): boolean {
  return parents.includes(GoogleFake.SHARED_DRIVE);
}

function contentOf({ content: { file, size } }: FakeFile, range: string | undefined): RouteAnswer {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  const start = Number(first ?? 0);
  const end = Math.min(Number(last ?? size), size - 1);
  const headers = { 'content-length': String(end - start + 1) };
  // An empty file has no last byte to read up to.
  const body = end < start ? '' : createReadStream(file, { start, end });
  return { status: first === undefined ? 200 : 206, headers, body };
}
