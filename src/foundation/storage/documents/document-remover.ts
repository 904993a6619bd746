import { Injectable, Logger } from '@nestjs/common';
import { Scope } from '../../../core/access/index.js';
import { ForbiddenError, RecordNotFoundError } from '../../../core/errors/index.js';
import { AuditLog, type Transaction } from '../../../core/ports/index.js';
import { TransactionRunner, type TransactionContext } from '../../../persistence/index.js';
import { ConnectorService } from '../../connectors/index.js';
import type { StorageBackend } from '../contracts/index.js';
import { ByteRemover } from './byte-remover.js';
import { DocumentStore } from './document-store.js';
import type { StorageDocument } from './storage-document.entity.js';

/** How long a client waits for the clean-up after its failed upload. */
const DISCARD_TIMEOUT_MS = 5_000;

type DocumentAction = 'delete_requested' | 'deleted' | 'delete_failed' | 'forgotten';

/**
 * Removes documents: first the row says so (`deleting`), then the bytes go, then the row.
 *
 * The other orders lie after a crash: bytes first leaves a document without bytes, row first leaves bytes that nobody
 * knows of. This one leaves a row that is no document any more and tells where bytes may still lie; the collector
 * takes it from there. When the backend refuses, the row becomes a document again and the caller hears of it; should
 * the backend have removed the bytes all the same, reading says so and a second delete succeeds.
 */
@Injectable()
export class DocumentRemover {
  private readonly logger = new Logger(DocumentRemover.name);

  constructor(
    private readonly documents: DocumentStore,
    private readonly bytes: ByteRemover,
    private readonly connectors: ConnectorService,
    private readonly transactions: TransactionRunner,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Deletes a document with its bytes.
   * @throws RecordNotFoundError, ForbiddenError, ConnectionFailedError when the backend failed; the document is kept then.
   */
  async remove(scope: Scope, id: string): Promise<void> {
    const document = await this.findForAdmin(scope, id);
    await this.transactions.run(async (tx) => {
      if (!(await this.documents.claimForRemoval(tx, id, 'stored'))) throw new RecordNotFoundError();
      await this.record(tx, scope, document, 'delete_requested');
    });
    try {
      await this.bytes.remove(document);
    } catch (error) {
      await this.transactions.run(async (tx) => {
        await this.documents.restore(tx, id);
        await this.record(tx, scope, document, 'delete_failed');
      });
      throw error;
    }
    await this.dropRow(scope, document);
  }

  /**
   * Drops the record alone, for documents whose bucket is lost: bytes at a connector stay where they are. Bytes in the
   * built-in filesystem go too if they can, since nobody else would ever remove them.
   * @throws RecordNotFoundError, ForbiddenError.
   */
  async forget(scope: Scope, id: string): Promise<void> {
    const document = await this.findForAdmin(scope, id);
    if (!scope.hasTokenScope('admin')) throw new ForbiddenError();
    await this.transactions.run(async (tx) => {
      await this.connectors.detachFile(tx, scope, { organizationId: document.organizationId, fileId: id });
      const isOurs = await this.documents.claimForRemoval(tx, id, 'stored');
      if (!isOurs) throw new RecordNotFoundError();
      await this.documents.remove(tx, id);
      await this.record(tx, scope, document, 'forgotten');
    });
    if (document.connectorId === null) await this.clearLocalBytes(document);
  }

  /**
   * Cleans up after an upload that failed. Never throws: what cannot be done now is left to the collector.
   * @param backend where its bytes went.
   */
  async discard(draft: StorageDocument, backend: Required<StorageBackend>): Promise<void> {
    try {
      await this.transactions.run((tx) => this.documents.claimForRemoval(tx, draft.id, 'pending'));
      // The transaction that should have made it a document may have been committed although it seemed to fail.
      if (await this.documents.find(draft.id)) return;
      await this.bytes.removeFrom(backend, draft, AbortSignal.timeout(DISCARD_TIMEOUT_MS));
      await this.dropRow(Scope.system(), draft);
    } catch (error) {
      this.logger.warn(`What is left of the upload ${draft.id} could not be removed yet: ${nameOf(error)}`);
    }
  }

  /**
   * Ends a removal that was interrupted.
   * @param document a row in state `deleting` that is the caller's.
   * @throws ConnectionFailedError when the backend failed; the row stays as it is.
   */
  async finishRemoval(document: StorageDocument, signal?: AbortSignal): Promise<void> {
    await this.bytes.remove(document, signal);
    await this.dropRow(Scope.system(), document);
  }

  private async findForAdmin(scope: Scope, id: string): Promise<StorageDocument> {
    const document = await this.documents.find(id);
    if (!document) throw new RecordNotFoundError();
    scope.requireAdmin(document.organizationId);
    return document;
  }

  private async clearLocalBytes(document: StorageDocument): Promise<void> {
    try {
      await this.bytes.remove(document);
    } catch (error) {
      this.logger.warn(`The bytes of the forgotten document ${document.id} could not be removed: ${nameOf(error)}`);
    }
  }

  /** Params that read it lose it first: their connectors are locked before the document, as everywhere. */
  private async dropRow(scope: Scope, document: StorageDocument): Promise<void> {
    await this.transactions.run(async (tx: TransactionContext) => {
      await this.connectors.detachFile(tx, scope, { organizationId: document.organizationId, fileId: document.id });
      const wasThere = await this.documents.remove(tx, document.id);
      const wasDocument = document.size !== null;
      if (wasThere && wasDocument) await this.record(tx, scope, document, 'deleted');
    });
  }

  private async record(
    tx: Transaction,
    scope: Scope,
    document: StorageDocument,
    action: DocumentAction,
  ): Promise<void> {
    await this.audit.write(tx, scope, {
      organizationId: document.organizationId,
      action: `document.${action}`,
      recordType: 'storage.document',
      recordId: document.id,
      facts: { purpose: document.purpose, connector_id: document.connectorId },
    });
  }
}

/** Names tell enough for a log; messages of a provider may tell too much. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
