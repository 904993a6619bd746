import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Transaction } from '../../../core/ports/index.js';

/** How long a running request keeps its key without a sign of life. */
export const LEASE_SECONDS = 60;
const LIFETIME_HOURS = 24;
const PURGE_BATCH = 5_000;

export interface ClaimRow {
  readonly requestHash: Buffer;
  readonly userId: string;
  readonly bodyMac: Buffer;
  readonly owner: string;
}

export interface StoredRow {
  readonly bodyMac: Buffer;
  readonly answer: Buffer | null;
  readonly isCommitted: boolean;
  /** Whether whoever has the key may still be at work. */
  readonly isRunning: boolean;
}

/** The table of keys. Each method is one statement, so that processes need no further lock. */
@Injectable()
export class IdempotencyStore {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Takes the key when it is new, expired, or left behind by a request that died before it committed anything and had
   * the same body.
   * @returns whether the key is ours now.
   */
  async take(claim: ClaimRow): Promise<boolean> {
    const rows = await this.query(
      `INSERT INTO web_idempotency_key AS k (request_hash, user_id, body_mac, owner, lease_until, expires_at)
       VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5), now() + make_interval(hours => $6))
       ON CONFLICT (request_hash) DO UPDATE
         SET body_mac = EXCLUDED.body_mac, owner = EXCLUDED.owner, lease_until = EXCLUDED.lease_until,
             expires_at = EXCLUDED.expires_at, answer = NULL, is_committed = false
         WHERE k.expires_at <= now()
            OR (k.answer IS NULL AND NOT k.is_committed AND k.lease_until <= now() AND k.body_mac = EXCLUDED.body_mac)
       RETURNING 1`,
      [claim.requestHash, claim.userId, claim.bodyMac, claim.owner, LEASE_SECONDS, LIFETIME_HOURS],
    );
    return rows.length > 0;
  }

  async find(requestHash: Buffer): Promise<StoredRow | null> {
    const rows = await this.query(
      `SELECT body_mac AS "bodyMac", answer, is_committed AS "isCommitted", lease_until > now() AS "isRunning"
       FROM web_idempotency_key WHERE request_hash = $1`,
      [requestHash],
    );
    return (rows[0] as StoredRow | undefined) ?? null;
  }

  async renew(claim: ClaimRow): Promise<void> {
    await this.query(
      `UPDATE web_idempotency_key SET lease_until = now() + make_interval(secs => $3)
       WHERE request_hash = $1 AND owner = $2 AND answer IS NULL`,
      [claim.requestHash, claim.owner, LEASE_SECONDS],
    );
  }

  /** Notes in a transaction that the request commits. @returns whether the key is still the request's own. */
  async note(tx: Transaction, claim: ClaimRow): Promise<boolean> {
    const rows = await tx.query(
      `UPDATE web_idempotency_key SET is_committed = true WHERE request_hash = $1 AND owner = $2 RETURNING 1`,
      [claim.requestHash, claim.owner],
    );
    return rows.length > 0;
  }

  async complete(claim: ClaimRow, answer: Buffer): Promise<void> {
    await this.query(`UPDATE web_idempotency_key SET answer = $3 WHERE request_hash = $1 AND owner = $2`, [
      claim.requestHash,
      claim.owner,
      answer,
    ]);
  }

  /** Gives the key back, as if it had not been used; one under which something was committed stays used. */
  async release(claim: ClaimRow): Promise<void> {
    await this.query(
      `WITH given_back AS (
         DELETE FROM web_idempotency_key
         WHERE request_hash = $1 AND owner = $2 AND answer IS NULL AND NOT is_committed)
       UPDATE web_idempotency_key SET lease_until = now()
       WHERE request_hash = $1 AND owner = $2 AND answer IS NULL AND is_committed`,
      [claim.requestHash, claim.owner],
    );
  }

  /** Drops a row whose answer, a refusal, cannot be read any more. */
  async forget(requestHash: Buffer): Promise<void> {
    await this.query(
      `DELETE FROM web_idempotency_key WHERE request_hash = $1 AND answer IS NOT NULL AND NOT is_committed`,
      [requestHash],
    );
  }

  /** Removes rows that have had their time. @returns how many, at most one batch. */
  async purge(): Promise<number> {
    const rows = await this.query(
      `WITH gone AS (
         DELETE FROM web_idempotency_key WHERE request_hash IN
           (SELECT request_hash FROM web_idempotency_key WHERE expires_at <= now() LIMIT $1)
         RETURNING 1)
       SELECT count(*)::int AS count FROM gone`,
      [PURGE_BATCH],
    );
    return (rows[0] as { count: number }).count;
  }

  private query(sql: string, parameters: readonly unknown[]): Promise<object[]> {
    return this.dataSource.query<object[]>(sql, [...parameters]);
  }
}
