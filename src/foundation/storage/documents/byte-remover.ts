import { Injectable } from '@nestjs/common';
import { ConnectionFailedError } from '../../../core/connectors/index.js';
import type { StorageBackend } from '../contracts/index.js';
import { StorageRouter } from '../storage-router.js';
import type { StorageDocument } from './storage-document.entity.js';

/** Longest time for removing one document at its backend. */
const TIMEOUT_MS = 30_000;

/** Removes the bytes of documents from where they were written. */
@Injectable()
export class ByteRemover {
  constructor(private readonly router: StorageRouter) {}

  /**
   * Bytes that are gone already count as removed.
   * @throws ConnectionFailedError when the backend failed or did not answer in time.
   */
  async remove(document: StorageDocument, signal?: AbortSignal): Promise<void> {
    const storage = await this.router.openWhereWritten(document);
    try {
      await this.removeFrom(storage.backend, document, signal);
    } finally {
      await storage.close();
    }
  }

  /** The same through a backend that is open already. */
  async removeFrom(backend: Required<StorageBackend>, document: StorageDocument, signal?: AbortSignal): Promise<void> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const call = { signal: signal ? AbortSignal.any([signal, timeout]) : timeout };
      const { storageRef, storageKey } = document;
      // An upload that was cut off has no reference, and its key is none: only the backend knows what it made of the key.
      await (storageRef === null ? backend.discard(storageKey, call) : backend.delete(storageRef, call));
    } catch (error) {
      throw timeout.aborted ? new ConnectionFailedError('The storage did not answer in time', { cause: error }) : error;
    }
  }
}
