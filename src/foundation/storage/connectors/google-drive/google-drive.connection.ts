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

interface PageRequest {
  readonly limit: number;
  readonly name?: string;
  readonly pageToken: string | undefined;
}

/** One folder of a Google Drive. A key is a file's whole name; a file is found again by its id. */
export class GoogleDriveConnection implements StorageConnection {
  private readonly api: GoogleApi;
  /** By key: ids of files that failed uploads may have left, which no search finds yet. */
  private readonly left = new Map<string, string>();

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
    const { ref, isNew } = await this.placeOf(key, options.signal).catch((error: unknown) => {
      body.destroy();
      throw error;
    });
    const parent = this.parent;
    const { size } = await uploadResumably(this.egress, this.api, {
      url: driveUrl(`/upload/drive/v3/files${isNew ? '' : `/${ref}`}`, { uploadType: 'resumable', fields: 'id' }),
      method: isNew ? 'POST' : 'PATCH',
      metadata: isNew ? { id: ref, name: key, ...(parent !== undefined && { parents: [parent] }) } : {},
      contentType: options.contentType,
      body,
      ...(options.size !== undefined && { size: options.size }),
      signal: options.signal,
      undo: async (signal) => {
        this.left.set(key, ref);
        await this.discardLeft(key, signal);
      },
    });
    return { ref, size };
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

  /** By a search: after minutes, it shows all that was stored. What this connection knows of goes at once. */
  async discard(key: string, { signal }: StorageCall): Promise<void> {
    await this.discardLeft(key, signal);
    for await (const { id } of this.named(key, signal)) await this.delete(id, { signal });
  }

  private async discardLeft(key: string, signal: AbortSignal): Promise<void> {
    const ref = this.left.get(key);
    if (ref === undefined) return;
    await this.delete(ref, { signal });
    this.left.delete(key);
  }

  /** Drive cannot search for the start of a name, so pages without a match are passed over. */
  async list(prefix: string, { cursor, limit, signal }: ListOptions): Promise<ObjectPage> {
    let pageToken = cursor;
    for (;;) {
      const { files, nextPageToken } = await this.page({ limit, pageToken }, signal);
      const items = files
        .filter(({ name }) => name.startsWith(prefix))
        .map(({ id, size }) => ({ ref: id, size: Number(size ?? 0) }));
      if (items.length > 0 || nextPageToken === undefined) return { items, nextCursor: nextPageToken ?? null };
      pageToken = nextPageToken;
    }
  }

  /**
   * The file that has the key, or an id for a new one: what is stored is found by its id at once, by its name only
   * after a while.
   */
  private async placeOf(key: string, signal: AbortSignal): Promise<{ ref: string; isNew: boolean }> {
    signal.throwIfAborted();
    const existing = this.named(key, signal).next();
    const generated = this.api.json<{ ids?: string[] }>(driveUrl('/drive/v3/files/generateIds', { count: '1' }), {
      signal,
    });
    const [{ value: file }, { ids }] = await Promise.all([existing, generated]);
    const ref = file?.id ?? ids?.[0];
    if (ref === undefined) throw new ConnectionFailedError('Google gave no name to the new file');
    return { ref, isNew: file === undefined };
  }

  /** Drive's search knows no case, and may give empty pages before others. */
  private async *named(key: string, signal: AbortSignal): AsyncGenerator<DriveFile, undefined> {
    let pageToken: string | undefined;
    do {
      const { files, nextPageToken } = await this.page({ limit: 100, name: key, pageToken }, signal);
      yield* files.filter(({ name }) => name === key);
      pageToken = nextPageToken;
    } while (pageToken !== undefined);
  }

  private page({ limit, name, pageToken }: PageRequest, signal: AbortSignal): Promise<FilePage> {
    const isNamed = name === undefined ? '' : ` and name = '${quoted(name)}'`;
    const parameters = {
      q: `trashed = false and mimeType != '${FOLDER}' and ${this.inParent()}${isNamed}`,
      pageSize: String(limit),
      fields: 'nextPageToken,files(id,name,size)',
      ...this.corpus(),
      ...(pageToken !== undefined && { pageToken }),
    };
    return this.api.json<FilePage>(driveUrl('/drive/v3/files', parameters), { signal });
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
