import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DocumentSource, type SourceDocument, type Transaction } from '../../../core/ports/index.js';
import { DocumentService } from './document.service.js';
import { DocumentStore } from './document-store.js';

interface DescribedRow {
  readonly id: string;
  readonly name: string;
  readonly mime: string;
  readonly size: string;
  readonly is_config: boolean;
}

/** Gives documents to modules that send them on, e.g. as attachments. */
@Injectable()
export class StoredDocumentSource extends DocumentSource {
  constructor(
    private readonly store: DocumentStore,
    private readonly documents: DocumentService,
  ) {
    super();
  }

  async describe(tx: Transaction, organizationId: string, ids: readonly string[]): Promise<readonly SourceDocument[]> {
    const rows = await tx.query<DescribedRow>(
      `SELECT id, name, mime, size, (purpose = 'config' OR is_config_reference) AS is_config FROM storage_document
       WHERE organization_id = $1 AND id = ANY ($2::uuid[]) AND state = 'stored' FOR KEY SHARE`,
      [organizationId, [...ids]],
    );
    return rows.map(({ id, name, mime, size, is_config }) => ({
      id,
      name,
      mime,
      size: Number(size),
      isConfig: is_config,
    }));
  }

  async open(organizationId: string, id: string, signal: AbortSignal): Promise<Readable | null> {
    const document = await this.store.findIn(organizationId, id);
    if (document === null || document.isConfig) return null;
    return this.documents.openContent(document, null, signal);
  }
}
