import { Injectable } from '@nestjs/common';
import { ConnectionFailedError } from '../../../core/connectors/index.js';
import type { StorageBackend, StorageCall } from '../contracts/index.js';
import { StorageRouter } from '../storage-router.js';
import type { StorageDocument } from './storage-document.entity.js';

/** Longest time for removing one document at its backend. */
const TIMEOUT_MS = 30_000;
const PAGE = 100;

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
  async removeFrom(backend: StorageBackend, document: StorageDocument, signal?: AbortSignal): Promise<void> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      await removeObjects(backend, document, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    } catch (error) {
      throw timeout.aborted ? new ConnectionFailedError('The storage did not answer in time', { cause: error }) : error;
    }
  }
}

/** An upload that was cut off has no reference, and its key is none: only the backend knows what it made of the key. */
async function removeObjects(backend: StorageBackend, document: StorageDocument, call: StorageCall): Promise<void> {
  const { storageRef, storageKey, connectorId } = document;
  if (storageRef !== null) return backend.delete(storageRef, call);
  // The built-in filesystem takes keys for references, and then also removes drafts, which are not listed.
  if (connectorId === null) return backend.delete(storageKey, call);
  const { items } = await backend.list(storageKey, { limit: PAGE, ...call });
  for (const { ref } of items) await backend.delete(ref, call);
}
