import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Scope } from '../../../core/access/index.js';
import { decodeCursor, encodeCursor } from '../../../core/web/index.js';
import type { ByteRange } from '../contracts/index.js';
import { StorageRouter } from '../storage-router.js';
import { DocumentStore } from './document-store.js';
import { ConfigDocumentError } from './documents.errors.js';
import { ExactLength } from './exact-length.js';
import { refOf, type StorageDocument } from './storage-document.entity.js';

export interface DocumentListRequest {
  /** Default: the scope's own. */
  readonly organizationId?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export interface DocumentPage {
  readonly items: readonly StorageDocument[];
  readonly nextCursor: string | null;
}

/** Reads documents: records, lists and contents. */
@Injectable()
export class DocumentService {
  constructor(
    private readonly documents: DocumentStore,
    private readonly router: StorageRouter,
  ) {}

  /** @throws RecordNotFoundError for an unknown document and for one of a foreign organization alike. */
  async find(scope: Scope, id: string): Promise<StorageDocument> {
    return scope.requireRecord(await this.documents.find(id));
  }

  /**
   * Newest first, without documents for configuration.
   * @throws RecordNotFoundError for a foreign organization, InvalidInputError for a cursor of another list.
   */
  async list(scope: Scope, request: DocumentListRequest): Promise<DocumentPage> {
    const organizationId = request.organizationId ?? scope.organizationId;
    if (organizationId === null) return { items: [], nextCursor: null };
    scope.requireReach(organizationId);
    const shape = JSON.stringify(['documents', '-created_at', organizationId]);
    const after = request.cursor === undefined ? null : readCursor(shape, request.cursor);
    const found = await this.documents.list(organizationId, { limit: request.limit + 1, after });
    const items = found.slice(0, request.limit);
    const last = items.at(-1);
    const hasMore = found.length > request.limit && last !== undefined;
    return { items, nextCursor: hasMore ? encodeCursor(shape, [last.createdAt.toISOString(), last.id]) : null };
  }

  /** @throws ConfigDocumentError when configuration reads the document. */
  assertReadable(document: StorageDocument): void {
    if (document.isConfig) throw new ConfigDocumentError();
  }

  /**
   * The content of a document, from where it was written. Must be read to its end or destroyed; breaks when the
   * backend gives another number of bytes than it should.
   * @throws ConfigDocumentError, ConnectionFailedError when the backend failed.
   */
  async openContent(document: StorageDocument, range: ByteRange | null, signal: AbortSignal): Promise<Readable> {
    this.assertReadable(document);
    const storage = await this.router.openWhereWritten(document);
    try {
      const { body } = await storage.backend.get(refOf(document), { signal, ...(range && { range }) });
      const content = new ExactLength(range ? range.end - range.start + 1 : (document.size ?? 0));
      content.follow(body).once('close', () => void storage.close());
      return content;
    } catch (error) {
      await storage.close();
      throw error;
    }
  }
}

function readCursor(shape: string, cursor: string): [string, string] {
  return decodeCursor(shape, cursor, ['timestamp', 'uuid']) as [string, string];
}
