import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Scope } from '../../../core/access/index.js';
import { AuditLog, type AuditEntry, type Transaction } from '../../../core/ports/index.js';
import { TransactionRunner } from '../../../persistence/index.js';

/** Old notes that one new one removes: more than it adds. */
const CLEANUP = 10;

const REMOVE_OLD = `
  DELETE FROM auth_denial_note WHERE key IN (
    SELECT key FROM auth_denial_note WHERE expires_at < now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`;

/** What a denial is known by, and for how many seconds it is not written down again. */
export interface Note {
  readonly key: readonly string[];
  readonly seconds: number;
}

/** Audits denials that a stranger can repeat at will: once for a while, over all processes, so that nobody fills the trail. */
@Injectable()
export class DenialNotes {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly audit: AuditLog,
  ) {}

  /** Writes the row unless one of the same key was written lately, or is being written just now. */
  async recordOnce(scope: Scope, { key, seconds }: Note, entry: AuditEntry): Promise<void> {
    const hash = createHash('sha256').update(JSON.stringify(key)).digest();
    if (await this.isNoted(hash)) return; // a storm of the same takes no transaction
    const isWritten = await this.transactions.alone(() =>
      this.transactions.run(async (tx) => {
        const isFirst = await take(tx, hash, seconds);
        if (isFirst) await this.audit.write(tx, scope, entry);
        return isFirst;
      }),
    );
    if (isWritten) await this.dataSource.query(REMOVE_OLD, [CLEANUP]);
  }

  private async isNoted(hash: Buffer): Promise<boolean> {
    const known = await this.dataSource.query<object[]>(
      'SELECT 1 FROM auth_denial_note WHERE key = $1 AND expires_at > now()',
      [hash],
    );
    return known.length > 0;
  }
}

/**
 * @returns whether nobody has it; of several at once one gets it. The others do not wait for its commit: a storm must
 *   not fill the pool with connections that wait.
 */
async function take(tx: Transaction, hash: Buffer, seconds: number): Promise<boolean> {
  const [lock] = await tx.query<{ isOurs: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS "isOurs"', [
    hash.readBigInt64BE().toString(),
  ]);
  if (!lock?.isOurs) return false;
  const taken = await tx.query(
    `INSERT INTO auth_denial_note AS n (key, expires_at) VALUES ($1, now() + make_interval(secs => $2))
     ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at WHERE n.expires_at <= now() RETURNING key`,
    [hash, seconds],
  );
  return taken.length > 0;
}
