import type { Readable } from 'node:stream';
import { GoogleApi, uploadResumably } from '../../../../vendors/google/index.js';
import {
  ConnectionFailedError,
  RemoteMissingError,
  type AccessTokenSource,
  type ConnectionTest,
  type ConnectionTestResult,
  type Egress,
  type GetOptions,
  type ListOptions,
  type ObjectContent,
  type ObjectPage,
  type ObjectStat,
  type PutOptions,
  type StorageCall,
  type StorageConnection,
  type StoredObject,
} from '../../contracts/index.js';
import { testDrive } from './google-drive-test.js';
import { driveUrl, fileUrl, type DriveOptions } from './google-drive-url.js';

const FOLDER = 'application/vnd.google-apps.folder';

interface DriveFile {
  readonly id: string;
  readonly name: string;
  readonly size?: string;
  readonly modifiedTime?: string;
  readonly trashed?: boolean;
}

interface FilePage {
  readonly files: readonly DriveFile[];
  readonly nextPageToken?: string;
}

/** One folder of a Google Drive. A key is a file's whole name; a file is found again by its id. */
export class GoogleDriveConnection implements StorageConnection {
  private readonly api: GoogleApi;

  constructor(
    private readonly options: DriveOptions,
    private readonly egress: Egress,
    private readonly tokens: AccessTokenSource,
  ) {
    this.api = new GoogleApi(egress, tokens);
  }

  testConnection(test: ConnectionTest): Promise<ConnectionTestResult> {
    const probe = { egress: this.egress, api: this.api, tokens: this.tokens, backend: this, options: this.options };
    return testDrive(probe, test);
  }

  async put(key: string, body: Readable, options: PutOptions): Promise<StoredObject> {
    const existing = await this.findByKey(key, options.signal).catch((error: unknown) => {
      body.destroy();
      throw error;
    });
    const parent = this.parent;
    const metadata = existing ? {} : { name: key, ...(parent !== undefined && { parents: [parent] }) };
    const { answer, size } = await uploadResumably(this.egress, this.api, {
      url: driveUrl(`/upload/drive/v3/files${existing ? `/${existing}` : ''}`, {
        uploadType: 'resumable',
        fields: 'id',
      }),
      method: existing ? 'PATCH' : 'POST',
      metadata,
      contentType: options.contentType,
      body,
      ...(options.size !== undefined && { size: options.size }),
      signal: options.signal,
    });
    if (typeof answer['id'] !== 'string')
      throw new ConnectionFailedError('Google did not say where it stored the file');
    return { ref: answer['id'], size };
  }

  async get(ref: string, { range, signal }: GetOptions): Promise<ObjectContent> {
    const response = await this.api.request(fileUrl(ref, { alt: 'media' }), {
      signal,
      ...(range && { headers: { range: `bytes=${range.start}-${range.end}` } }),
    });
    const size = Number(response.headers['content-length']);
    if (!Number.isSafeInteger(size) || (range && response.status !== 206)) {
      response.discard();
      throw new ConnectionFailedError('Google did not answer with the content that was asked for');
    }
    return { body: response.body, size };
  }

  async stat(ref: string, { signal }: StorageCall): Promise<ObjectStat | null> {
    try {
      const file = await this.api.json<DriveFile>(fileUrl(ref, { fields: 'size,modifiedTime,trashed' }), { signal });
      if (file.trashed === true) return null;
      return {
        size: Number(file.size ?? 0),
        modifiedAt: file.modifiedTime === undefined ? null : new Date(file.modifiedTime),
      };
    } catch (error) {
      if (error instanceof RemoteMissingError) return null;
      throw error;
    }
  }

  async delete(ref: string, { signal }: StorageCall): Promise<void> {
    try {
      (await this.api.request(fileUrl(ref, {}), { method: 'DELETE', signal })).discard();
    } catch (error) {
      if (!(error instanceof RemoteMissingError)) throw error;
    }
  }

  /** Drive cannot search for the start of a name, so pages without a match are passed over. */
  async list(prefix: string, { cursor, limit, signal }: ListOptions): Promise<ObjectPage> {
    let pageToken = cursor;
    for (;;) {
      const { files, nextPageToken } = await this.page(limit, pageToken, signal);
      const items = files
        .filter(({ name }) => name.startsWith(prefix))
        .map(({ id, size }) => ({ ref: id, size: Number(size ?? 0) }));
      if (items.length > 0 || nextPageToken === undefined) return { items, nextCursor: nextPageToken ?? null };
      pageToken = nextPageToken;
    }
  }

  private page(limit: number, pageToken: string | undefined, signal: AbortSignal): Promise<FilePage> {
    const parameters = {
      q: `trashed = false and mimeType != '${FOLDER}' and ${this.inParent()}`,
      pageSize: String(limit),
      fields: 'nextPageToken,files(id,name,size)',
      ...this.corpus(),
      ...(pageToken !== undefined && { pageToken }),
    };
    return this.api.json<FilePage>(driveUrl('/drive/v3/files', parameters), { signal });
  }

  private async findByKey(key: string, signal: AbortSignal): Promise<string | null> {
    signal.throwIfAborted();
    const parameters = {
      q: `name = '${quoted(key)}' and trashed = false and ${this.inParent()}`,
      pageSize: '1',
      fields: 'files(id)',
      ...this.corpus(),
    };
    const { files } = await this.api.json<{ files: DriveFile[] }>(driveUrl('/drive/v3/files', parameters), { signal });
    return files[0]?.id ?? null;
  }

  private get parent(): string | undefined {
    return this.options.folderId ?? this.options.sharedDriveId;
  }

  private inParent(): string {
    return `'${quoted(this.parent ?? 'root')}' in parents`;
  }

  private corpus(): Record<string, string> {
    const { sharedDriveId } = this.options;
    return {
      includeItemsFromAllDrives: 'true',
      ...(sharedDriveId !== undefined && { corpora: 'drive', driveId: sharedDriveId }),
    };
  }
}

/** Escapes a text inside a query of Drive. */
function quoted(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
