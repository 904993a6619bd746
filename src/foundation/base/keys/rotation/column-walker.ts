import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  ENVELOPE_HEADER_BYTES,
  envelopeHeader,
  keyIdOf,
  KeyRing,
  SecretUnreadableError,
  type EncryptedColumn,
  type EncryptedRow,
  type Walk,
  type WalkedPage,
} from '../../../../core/crypto/index.js';
import { sqlStateOf } from '../../../../persistence/index.js';

/** Somebody holds the row longer than a statement waits, or lost a deadlock against us. */
const BUSY_STATES: ReadonlySet<string | undefined> = new Set(['55P03', '40P01', '40001']);

type Outcome = 'changed' | 'read' | 'unreadable' | 'busy';

/** The ciphertext of a row; null when it stands under the wanted key already. */
type CipherRow = EncryptedRow & { readonly ciphertext: Buffer | null };

/** Walks over encrypted columns, a page of rows at a time, and holds no lock longer than one row takes. */
@Injectable()
export class ColumnWalker {
  constructor(
    private readonly dataSource: DataSource,
    private readonly keys: KeyRing,
  ) {}

  /** @param organizationId of one organization; of all when it is null. */
  async count(column: EncryptedColumn, organizationId: string | null): Promise<number> {
    const isOwned = column.owner === 'organization' && organizationId !== null;
    const [row] = await this.dataSource.query<{ count: string }[]>(
      `SELECT count(*) AS count FROM ${column.table} WHERE ${column.column} IS NOT NULL
       ${isOwned ? 'AND organization_id = $1' : ''}`,
      isOwned ? [organizationId] : [],
    );
    return Number(row?.count ?? 0);
  }

  /** One page of an owner's rows. @throws SealedError */
  async walk(column: EncryptedColumn, walk: Walk): Promise<WalkedPage> {
    const rows = await this.page(column, walk);
    const found = { changed: 0, read: 0, unreadable: 0, busy: 0 };
    const keyIdsLeft = new Set<string>();
    for (const row of rows) {
      if (row.ciphertext === null) continue;
      const outcome = await this.visit(column, walk, row, row.ciphertext);
      found[outcome] += 1;
      const isLeft = outcome === 'unreadable' || outcome === 'busy';
      if (isLeft) keyIdsLeft.add(keyIdOf(row.ciphertext) ?? 'unknown');
    }
    const last = rows.at(-1);
    return {
      next: rows.length < walk.limit || !last ? null : JSON.stringify(column.key.map((name) => textOf(last[name]))),
      seen: rows.length,
      changed: found.changed,
      unreadable: found.unreadable,
      busy: found.busy,
      keyIdsLeft: [...keyIdsLeft],
    };
  }

  private page(column: EncryptedColumn, { owner, mode, keyId, after, limit }: Walk): Promise<CipherRow[]> {
    const parameters: unknown[] = [limit, mode === 'verify' ? null : envelopeHeader(keyId)];
    const place = (value: unknown): string => `$${parameters.push(value)}`;
    const conditions = [`${column.column} IS NOT NULL`];
    if (column.owner === 'organization') conditions.push(`organization_id = ${place(owner)}`);
    if (after !== null) {
      const values = (JSON.parse(after) as string[]).map(valueOf).map(place);
      conditions.push(`(${column.key.join(', ')}) > (${values.join(', ')})`);
    }
    const names = [...new Set([...column.key, ...(column.reads ?? [])])].join(', ');
    return this.dataSource.query<CipherRow[]>(
      `SELECT ${names}, CASE WHEN $2::bytea IS NULL OR substring(${column.column} FROM 1 FOR ${ENVELOPE_HEADER_BYTES}) <> $2
                             THEN ${column.column} END AS ciphertext
       FROM ${column.table} WHERE ${conditions.join(' AND ')} ORDER BY ${column.key.join(', ')} LIMIT $1`,
      parameters,
    );
  }

  private async visit(column: EncryptedColumn, walk: Walk, row: CipherRow, ciphertext: Buffer): Promise<Outcome> {
    try {
      const context = column.context(row);
      const plaintext = await this.keys.decrypt(walk.owner, context, ciphertext);
      if (walk.mode === 'verify') return 'read';
      const renewed = await this.keys.encrypt(walk.owner, context, plaintext);
      return await this.replace(column, row, { ciphertext, renewed });
    } catch (error) {
      if (error instanceof SecretUnreadableError) return 'unreadable';
      if (BUSY_STATES.has(sqlStateOf(error))) return 'busy';
      throw error;
    }
  }

  /** Only what was read is replaced: a value that was written meanwhile stays as it is, and is looked at again. */
  private async replace(
    column: EncryptedColumn,
    row: CipherRow,
    { ciphertext, renewed }: { ciphertext: Buffer; renewed: Buffer },
  ): Promise<Outcome> {
    const isRow = column.key.map((name, index) => `${name} = $${index + 3}`).join(' AND ');
    const updated = await this.dataSource.query<unknown[]>(
      `WITH replaced AS (
         UPDATE ${column.table} SET ${column.column} = $2 WHERE ${isRow} AND ${column.column} = $1 RETURNING 1)
       SELECT 1 FROM replaced`,
      [ciphertext, renewed, ...column.key.map((name) => row[name])],
    );
    return updated.length > 0 ? 'changed' : 'busy';
  }
}

/** A key's value as text that gives it back. */
function textOf(value: unknown): string {
  return Buffer.isBuffer(value) ? `\\x${value.toString('hex')}` : String(value);
}

function valueOf(text: string): unknown {
  return text.startsWith('\\x') ? Buffer.from(text.slice(2), 'hex') : text;
}
