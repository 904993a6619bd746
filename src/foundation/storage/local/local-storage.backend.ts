import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { Settings } from '../../../core/config/index.js';
import { ConnectionFailedError, RemoteMissingError } from '../../../core/connectors/index.js';
import type {
  GetOptions,
  ListOptions,
  ObjectContent,
  ObjectPage,
  ObjectStat,
  PutOptions,
  StorageBackend,
  StorageCall,
  StoredObject,
} from '../contracts/index.js';
import { makeDurableFolder, syncFolder } from './durable-file.js';
import { assertFreeSpace, FreeSpaceGuard } from './free-space.js';
import { isMissing, localStorageError } from './local-storage.errors.js';
import { foldersOfPrefix, keyOfPath, pathOfKey } from './object-path.js';
import { walkFiles } from './object-walk.js';

/** Holds files that are being written. Its dot keeps it apart from every encoded name. */
const INCOMING = '.incoming';
const READ_CHUNK = 256 * 1024;

/**
 * The built-in storage: files below `<EDE_DATA_DIR>/storage`. An object appears whole, by a rename, once its bytes
 * and its name are on the disk.
 */
@Injectable()
export class LocalStorageBackend implements Required<StorageBackend> {
  private readonly root: string;
  private readonly incoming: string;

  constructor(settings: Settings) {
    this.root = join(settings.dataDir, 'storage');
    this.incoming = join(this.root, INCOMING);
  }

  async put(key: string, body: Readable, options: PutOptions): Promise<StoredObject> {
    const target = join(this.root, ...pathOfKey(key));
    const draft = join(this.incoming, `${draftPrefix(key)}${randomBytes(8).toString('hex')}`);
    return guarded(options.signal, async () => {
      try {
        await makeDurableFolder(this.incoming);
        await assertFreeSpace(this.incoming, options.size ?? 0);
        const size = await this.writeDraft(draft, body, options);
        await makeDurableFolder(dirname(target));
        await rename(draft, target);
        await syncFolder(dirname(target));
        return { ref: key, size };
      } catch (error) {
        body.destroy();
        await ifThere(() => rm(draft));
        throw error;
      }
    });
  }

  async get(ref: string, { range, signal }: GetOptions): Promise<ObjectContent> {
    return guarded(signal, async () => {
      const path = join(this.root, ...pathOfKey(ref));
      const total = (await ifThere(() => stat(path)))?.size;
      if (total === undefined) throw new RemoteMissingError('The file is not on the disk');
      const start = range?.start ?? 0;
      const end = Math.min(range?.end ?? total - 1, total - 1);
      if (end < start) return { body: Readable.from([]), size: 0 };
      const body = createReadStream(path, { start, end, highWaterMark: READ_CHUNK });
      const stop = () => body.destroy(signal.reason as Error);
      signal.addEventListener('abort', stop, { once: true });
      body.once('close', () => signal.removeEventListener('abort', stop));
      await once(body, 'open');
      return { body, size: end - start + 1 };
    });
  }

  async stat(ref: string, { signal }: StorageCall): Promise<ObjectStat | null> {
    return guarded(signal, async () => {
      const found = await ifThere(() => stat(join(this.root, ...pathOfKey(ref))));
      return found && { size: found.size, modifiedAt: new Date(found.mtimeMs) };
    });
  }

  /** Also removes what a put of this key left when the process was killed. */
  async delete(ref: string, { signal }: StorageCall): Promise<void> {
    return guarded(signal, async () => {
      const target = join(this.root, ...pathOfKey(ref));
      await ifThere(() => rm(target));
      await ifThere(() => syncFolder(dirname(target)));
      for (const draft of (await ifThere(() => readdir(this.incoming))) ?? []) {
        if (draft.startsWith(draftPrefix(ref))) await rm(join(this.incoming, draft), { force: true });
      }
    });
  }

  async discard(key: string, options: StorageCall): Promise<void> {
    return this.delete(key, options);
  }

  async list(prefix: string, { cursor, limit, signal }: ListOptions): Promise<ObjectPage> {
    return guarded(signal, async () => {
      const items: StoredObject[] = [];
      let last: string[] | null = null;
      const after = cursor === undefined ? null : cursor.split('/');
      for await (const path of walkFiles(this.root, foldersOfPrefix(prefix), after)) {
        signal.throwIfAborted();
        const ref = keyOfPath(path);
        if (ref === null || !ref.startsWith(prefix)) continue;
        if (items.length === limit) return { items, nextCursor: last?.join('/') ?? null };
        const found = await stat(join(this.root, ...path)).catch(() => null);
        if (found) items.push({ ref, size: found.size });
        last = path;
      }
      return { items, nextCursor: null };
    });
  }

  private async writeDraft(draft: string, body: Readable, { size, signal }: PutOptions): Promise<number> {
    const guard = new FreeSpaceGuard(this.incoming);
    // `flush`: the bytes are on the disk before the file is closed, and so before it gets its name.
    const file = createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true });
    const closed = new Promise<void>((resolve) => file.once('close', resolve));
    // Also after a failure: an open that is under way still makes the file, and whoever removes it must come later.
    await pipeline(body, guard, file, { signal }).finally(() => closed);
    if (size === undefined || guard.bytes === size) return guard.bytes;
    throw new ConnectionFailedError('The file has not the size it promised');
  }
}

/** Runs one call: an abort is told by the signal's reason, everything else by a safe error. */
async function guarded<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    return await run();
  } catch (error) {
    signal.throwIfAborted();
    throw localStorageError(error);
  }
}

/** The same for every draft of a key, and short whatever the key's length. */
function draftPrefix(key: string): string {
  return `${createHash('sha256').update(key).digest('hex').slice(0, 32)}-`;
}

/** @returns `null` when there is no such file or folder. */
async function ifThere<T>(run: () => Promise<T>): Promise<T | null> {
  try {
    return await run();
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
