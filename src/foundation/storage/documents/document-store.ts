import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ConnectionFailedError } from '../../../core/connectors/index.js';
import { RecordNotFoundError } from '../../../core/errors/index.js';
import type { Transaction } from '../../../core/ports/index.js';
import { newId, TransactionRunner } from '../../../persistence/index.js';
import { StorageDocument, type DocumentPurpose } from './storage-document.entity.js';

/** What is known of a document before its bytes are there. */
export interface DocumentDraft {
  readonly organizationId: string;
  readonly name: string;
  readonly mime: string;
  readonly purpose: DocumentPurpose;
  readonly connectorId: string | null;
  readonly createdBy: string | null;
}

/** What is known once they are. */
export interface StoredBytes {
  readonly ref: string;
  readonly size: number;
  readonly sha256: string | null;
}

/**
 * Rows of documents and their states, `pending → stored → deleting → gone`. Every move names the state that it
 * starts from, so two workers never both believe that a row is theirs.
 */
@Injectable()
export class DocumentStore {
  constructor(
    @InjectRepository(StorageDocument) private readonly documents: Repository<StorageDocument>,
    private readonly transactions: TransactionRunner,
  ) {}

  /**
   * Writes down where bytes are about to be put, before they are.
   * @throws RecordNotFoundError for an unknown organization, ConnectionFailedError when the connector was deleted.
   */
  async begin(draft: DocumentDraft): Promise<StorageDocument> {
    const id = newId();
    const { organizationId, connectorId } = draft;
    const document = this.documents.create({
      ...draft,
      id,
      size: null,
      sha256: null,
      storageKey: keyOf(organizationId, id),
      storageRef: null,
      state: 'pending',
    });
    return this.transactions.run(async (tx) => {
      if (!(await isThere(tx, 'res_organization', organizationId))) throw new RecordNotFoundError();
      if (connectorId !== null && !(await isThere(tx, 'ir_connector', connectorId))) {
        throw new ConnectionFailedError('The storage connector was deleted');
      }
      return tx.manager.save(document);
    });
  }

  /**
   * Makes a pending row a document.
   * @returns `null` when it is pending no longer: a collector took it for abandoned, or its connector was deleted.
   */
  async finish(tx: Transaction, draft: StorageDocument, bytes: StoredBytes): Promise<StorageDocument | null> {
    // Waits for a running delete of the connector, which counts the documents that it would lose.
    if (draft.connectorId !== null) await isThere(tx, 'ir_connector', draft.connectorId);
    const [row] = await tx.query<{ created_at: Date }>(
      `UPDATE storage_document SET state = 'stored', size = $2, sha256 = $3, storage_ref = $4, created_at = now()
       WHERE id = $1 AND state = 'pending' RETURNING created_at`,
      [draft.id, bytes.size, bytes.sha256, bytes.ref],
    );
    if (row === undefined) return null;
    const { ref: storageRef, size, sha256 } = bytes;
    return this.documents.create({ ...draft, state: 'stored', storageRef, size, sha256, createdAt: row.created_at });
  }

  /** Shows that somebody still works on an unfinished row. */
  async touch(id: string): Promise<void> {
    await this.transactions.run((tx) =>
      tx.query(`UPDATE storage_document SET touched_at = now() WHERE id = $1 AND state <> 'stored'`, [id]),
    );
  }

  /** @returns whether the row was in the state and now is `deleting`: then its bytes are the caller's to remove. */
  async claimForRemoval(tx: Transaction, id: string, from: 'pending' | 'stored'): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE storage_document SET state = 'deleting', touched_at = now() WHERE id = $1 AND state = $2 RETURNING id`,
      [id, from],
    );
    return rows.length === 1;
  }

  /** Takes back a removal that could not be done. */
  async restore(tx: Transaction, id: string): Promise<void> {
    await tx.query(`UPDATE storage_document SET state = 'stored' WHERE id = $1 AND state = 'deleting'`, [id]);
  }

  /** Removes a row whose bytes are gone. @returns whether it was there. */
  async remove(tx: Transaction, id: string): Promise<boolean> {
    const rows = await tx.query(`DELETE FROM storage_document WHERE id = $1 AND state = 'deleting' RETURNING id`, [id]);
    return rows.length === 1;
  }

  /** One unfinished row without a sign of life for so long, now the caller's; `null` when there is none. */
  async claimAbandoned(staleSeconds: number): Promise<StorageDocument | null> {
    return this.transactions.run(async (tx) => {
      const [row] = await tx.query<{ id: string }>(
        `UPDATE storage_document SET state = 'deleting', touched_at = now()
         WHERE id = (SELECT id FROM storage_document
                     WHERE state <> 'stored' AND touched_at < now() - make_interval(secs => $1)
                     ORDER BY touched_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id`,
        [staleSeconds],
      );
      return row === undefined ? null : tx.manager.findOneBy(StorageDocument, { id: row.id });
    });
  }

  /** A document, whoever asks; `null` for unknown and unfinished ones. */
  async find(id: string): Promise<StorageDocument | null> {
    return this.documents.findOneBy({ id, state: 'stored' });
  }

  /** The same within one organization. */
  async findIn(organizationId: string, id: string): Promise<StorageDocument | null> {
    return this.documents.findOneBy({ id, organizationId, state: 'stored' });
  }

  /** Documents of an organization, newest first, without those for configuration. */
  async list(
    organizationId: string,
    page: { readonly limit: number; readonly after: readonly [createdAt: string, id: string] | null },
  ): Promise<StorageDocument[]> {
    const query = this.documents
      .createQueryBuilder('d')
      .where(`d.organization_id = :organizationId AND d.state = 'stored' AND d.purpose = 'document'`, {
        organizationId,
      })
      .orderBy('d.created_at', 'DESC')
      .addOrderBy('d.id', 'DESC')
      .limit(page.limit);
    if (page.after) {
      const [createdAt, id] = page.after;
      query.andWhere('(d.created_at, d.id) < (:createdAt, :id)', { createdAt, id });
    }
    return query.getMany();
  }
}

/** Where a document's bytes go: by organization, then by the most varied part of the id so that no folder grows large. */
function keyOf(organizationId: string, id: string): string {
  return `${organizationId}/${id.slice(-2)}/${id}`;
}

/** Whether a record exists; keeps it from being deleted until the transaction ends. */
async function isThere(tx: Transaction, table: 'res_organization' | 'ir_connector', id: string): Promise<boolean> {
  return (await tx.query(`SELECT 1 FROM ${table} WHERE id = $1 FOR KEY SHARE`, [id])).length === 1;
}
