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
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const call = { signal: signal ? AbortSignal.any([signal, timeout]) : timeout };
    try {
      await removeFrom(storage.backend, document, call);
    } catch (error) {
      throw timeout.aborted ? new ConnectionFailedError('The storage did not answer in time', { cause: error }) : error;
    } finally {
      await storage.close();
    }
  }
}

/** An upload that was cut off has no reference, and its key is none: only the backend knows what it made of the key. */
async function removeFrom(backend: StorageBackend, document: StorageDocument, call: StorageCall): Promise<void> {
  const { storageRef, storageKey, connectorId } = document;
  if (storageRef !== null) return backend.delete(storageRef, call);
  // The built-in filesystem takes keys for references, and then also removes drafts, which are not listed.
  if (connectorId === null) return backend.delete(storageKey, call);
  const { items } = await backend.list(storageKey, { limit: PAGE, ...call });
  for (const { ref } of items) await backend.delete(ref, call);
}
