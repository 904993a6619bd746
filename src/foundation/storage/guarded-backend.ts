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

/** A backend whose failures are safe to show, whatever the provider throws. */
export class GuardedBackend implements StorageBackend {
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

  async list(prefix: string, options: ListOptions): Promise<ObjectPage> {
    return guard(options, () => this.backend.list(prefix, options));
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
