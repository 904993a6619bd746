import type { Readable } from 'node:stream';
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
} from './contracts/index.js';
import { storageFailure } from './storage-failure.js';

/** Objects of one page; a key of its own has one. */
const PAGE = 100;

/** A backend whose failures are safe to show, whatever the provider throws. */
export class GuardedBackend implements Required<StorageBackend> {
  constructor(private readonly backend: StorageBackend) {}

  async put(key: string, body: Readable, options: PutOptions): Promise<StoredObject> {
    return guard(options, () => this.backend.put(key, body, options));
  }

  async get(ref: string, options: GetOptions): Promise<ObjectContent> {
    return guard(options, () => this.backend.get(ref, options));
  }

  async stat(ref: string, options: StorageCall): Promise<ObjectStat | null> {
    return guard(options, () => this.backend.stat(ref, options));
  }

  async delete(ref: string, options: StorageCall): Promise<void> {
    return guard(options, () => this.backend.delete(ref, options));
  }

  async discard(key: string, options: StorageCall): Promise<void> {
    return guard(options, () => this.backend.discard?.(key, options) ?? this.deleteListed(key, options));
  }

  async list(prefix: string, options: ListOptions): Promise<ObjectPage> {
    return guard(options, () => this.backend.list(prefix, options));
  }

  private async deleteListed(key: string, options: StorageCall): Promise<void> {
    const { items } = await this.backend.list(key, { limit: PAGE, ...options });
    for (const { ref } of items) await this.backend.delete(ref, options);
  }
}

/** An abort is the caller's own doing and stays what he gave as its reason. */
async function guard<T>({ signal }: StorageCall, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (signal.aborted && error === signal.reason) throw error;
    throw storageFailure(error);
  }
}
