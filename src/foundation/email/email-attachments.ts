import { Injectable } from '@nestjs/common';
import { RecordNotFoundError } from '../../core/errors/index.js';
import { DocumentSource, type SourceDocument, type Transaction } from '../../core/ports/index.js';
import { TransactionRunner } from '../../persistence/index.js';
import { AttachmentRefusedError, AttachmentsTooLargeError } from './email.errors.js';

/** Bytes of all attachments of a mail; encoded they are a third more. */
export const MAX_ATTACHMENT_BYTES = 50 * 1024 ** 2;

/** A document as it was when the mail was accepted. */
export interface AttachedDocument {
  /** `null` once the document is deleted. */
  readonly documentId: string | null;
  readonly name: string;
  readonly mime: string;
  /** Bytes. */
  readonly size: number;
}

interface AttachmentRow {
  readonly document_id: string | null;
  readonly name: string;
  readonly mime: string;
  readonly size: string;
}

/** Which documents go with which mail. */
@Injectable()
export class EmailAttachments {
  constructor(
    private readonly documents: DocumentSource,
    private readonly transactions: TransactionRunner,
  ) {}

  /**
   * Attaches documents to a mail, in the transaction that accepts it.
   * @throws RecordNotFoundError for a document that is not the organization's, AttachmentRefusedError,
   *   AttachmentsTooLargeError.
   */
  async attach(
    tx: Transaction,
    message: { organizationId: string; id: string },
    ids: readonly string[],
  ): Promise<void> {
    if (ids.length === 0) return;
    const found = await this.documents.describe(tx, message.organizationId, ids);
    const byId = new Map(found.map((document) => [document.id, document]));
    const attached = ids.map((id) => byId.get(id)).filter((document) => document !== undefined);
    if (attached.length < ids.length) throw new RecordNotFoundError('There is no such document');
    assertSendable(attached);
    await tx.query(
      `INSERT INTO email_attachment (organization_id, message_id, position, document_id, name, mime, size)
       SELECT $1, $2, a.position, a.document_id, a.name, a.mime, a.size
       FROM unnest($3::uuid[], $4::text[], $5::text[], $6::bigint[]) WITH ORDINALITY
         AS a (document_id, name, mime, size, position)`,
      [
        message.organizationId,
        message.id,
        attached.map(({ id }) => id),
        attached.map(({ name }) => name),
        attached.map(({ mime }) => mime),
        attached.map(({ size }) => size),
      ],
    );
  }

  /** In the order in which they were given. */
  async list(messageId: string): Promise<AttachedDocument[]> {
    const rows = await this.transactions.run((tx) =>
      tx.query<AttachmentRow>(
        'SELECT document_id, name, mime, size FROM email_attachment WHERE message_id = $1 ORDER BY position',
        [messageId],
      ),
    );
    return rows.map(({ document_id, name, mime, size }) => ({
      documentId: document_id,
      name,
      mime,
      size: Number(size),
    }));
  }
}

function assertSendable(documents: readonly SourceDocument[]): void {
  const refused = [...documents.keys()].filter((index) => documents[index]?.isConfig);
  if (refused.length > 0) throw new AttachmentRefusedError(refused);
  const bytes = documents.reduce((sum, { size }) => sum + size, 0);
  if (bytes > MAX_ATTACHMENT_BYTES) throw new AttachmentsTooLargeError();
}
