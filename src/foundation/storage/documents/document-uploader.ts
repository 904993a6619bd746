import type { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import type { Scope } from '../../../core/access/index.js';
import { AuditLog } from '../../../core/ports/index.js';
import { TransactionRunner } from '../../../persistence/index.js';
import { StorageRouter, type OpenStorage } from '../storage-router.js';
import { DocumentRemover } from './document-remover.js';
import { DocumentStore } from './document-store.js';
import { UploadAbandonedError } from './documents.errors.js';
import type { DocumentPurpose, StorageDocument } from './storage-document.entity.js';
import { UploadIntake, type IntakeResult } from './upload-intake.js';

/** How often a running upload shows that it lives; far more often than a collector asks. */
const SIGN_OF_LIFE_MS = 30_000;

/** One file on its way in. */
export interface Upload {
  readonly organizationId: string;
  readonly purpose: DocumentPurpose;
  readonly name: string;
  readonly mime: string;
  readonly body: Readable;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  /**
   * Called when the bytes are stored; throws when they must not become a document after all.
   * @param sha256 hex, of the bytes.
   */
  confirm(sha256: string): Promise<void>;
}

/** A stored upload, with the hash of its bytes also where that is not kept. */
export interface UploadedDocument {
  readonly document: StorageDocument;
  /** Hex. */
  readonly sha256: string;
}

/**
 * Takes uploads in. A row says where the bytes are going before the first one goes there, and becomes a document only
 * when all of them have arrived: a crash leaves a document, or a row that the collector cleans up after.
 */
@Injectable()
export class DocumentUploader {
  private readonly logger = new Logger(DocumentUploader.name);

  constructor(
    private readonly router: StorageRouter,
    private readonly documents: DocumentStore,
    private readonly intake: UploadIntake,
    private readonly remover: DocumentRemover,
    private readonly transactions: TransactionRunner,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Stores one file through the active default connector, or in the built-in filesystem. Nothing is left of an upload
   * that failed.
   * @throws ForbiddenError, RecordNotFoundError, DocumentTooLargeError, ConfigDocumentTooLargeError,
   *   ConfigDocumentNotTextError, ConnectionFailedError, and what `confirm` throws.
   */
  async upload(scope: Scope, upload: Upload): Promise<UploadedDocument> {
    scope.requireAdmin(upload.organizationId);
    const storage = await this.openFor(upload);
    try {
      return await this.uploadTo(storage, scope, upload);
    } finally {
      await storage.close();
    }
  }

  /** Documents for configuration never leave this server. */
  private async openFor({ purpose, organizationId }: Upload): Promise<OpenStorage> {
    return purpose === 'config' ? this.router.openLocal() : this.router.openForWriting(organizationId);
  }

  private async uploadTo(storage: OpenStorage, scope: Scope, upload: Upload): Promise<UploadedDocument> {
    const { organizationId, purpose, name, mime } = upload;
    const place = { organizationId, connectorId: storage.connectorId };
    const draft = await this.documents.begin({ ...place, purpose, name, mime, createdBy: scope.actor.userId });
    const signOfLife = setInterval(() => this.touch(draft), SIGN_OF_LIFE_MS);
    try {
      const taken = await this.intake.take(draft, upload, storage.backend);
      draft.storageRef = taken.ref;
      await upload.confirm(taken.sha256);
      return await this.commit(scope, draft, taken);
    } catch (error) {
      // The clean-up is no part of what the request carries out.
      await this.transactions.alone(() => this.remover.discard(draft, storage.backend));
      throw error;
    } finally {
      clearInterval(signOfLife);
    }
  }

  private async commit(
    scope: Scope,
    draft: StorageDocument,
    { ref, size, sha256 }: IntakeResult,
  ): Promise<UploadedDocument> {
    return this.transactions.run(async (tx) => {
      const kept = { ref, size, sha256: draft.purpose === 'config' ? null : sha256 };
      const document = await this.documents.finish(tx, draft, kept);
      if (document === null) throw new UploadAbandonedError();
      await this.audit.write(tx, scope, {
        organizationId: document.organizationId,
        action: 'document.created',
        recordType: 'storage.document',
        recordId: document.id,
        facts: { size, purpose: document.purpose, connector_id: document.connectorId },
      });
      return { document, sha256 };
    });
  }

  private touch(draft: StorageDocument): void {
    this.transactions
      .alone(() => this.documents.touch(draft.id))
      .catch(() => this.logger.warn(`The upload ${draft.id} could not show that it lives`));
  }
}
