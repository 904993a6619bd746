import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { limitedPlaceOf } from '../limited-place.js';

/** Failures within a window after which no password is tried any more. */
export const MAX_FAILURES = { pair: 10, account: 30, address: 50 } as const;
const WINDOW_SECONDS = 15 * 60;
/** Old counters that one attempt removes: more than it can add. */
const CLEANUP = 10;
const COUNTED = `key, failures, expires_at AS "expiresAt",
  ceil(extract(epoch FROM expires_at - now()))::integer AS wait`;

export type Counter = keyof typeof MAX_FAILURES;

/** Who tries to sign in as whom. */
export interface Attempt {
  readonly email: string;
  readonly address: string | null;
}

/** A counter that lets nobody in. */
export interface FullCounter {
  readonly counter: Counter;
  /** Seconds until it begins anew. */
  readonly wait: number;
  /** What it counts, unreadable. */
  readonly key: string;
}

/** An attempt that counts as a failure until it turns out to be none. */
export interface Admission {
  readonly counters: Counters;
  readonly addressWindow: Date;
}

type Counters = Readonly<Record<Counter, Buffer>>;

interface CountedRow {
  readonly key: Buffer;
  readonly failures: number;
  readonly expiresAt: Date;
  readonly wait: number;
}

/** Counts failed sign-ins in the database, so that all processes see the same. */
@Injectable()
export class LoginLimiter {
  constructor(private readonly dataSource: DataSource) {}

  /** @returns the full counters of an attempt, without counting it: one read, since this is what a storm meets. */
  async full(attempt: Attempt): Promise<readonly FullCounter[]> {
    const keys = keysOf(attempt);
    return fullOf(keys, await this.read(keys), 0);
  }

  /**
   * Counts an attempt as failed before its password is looked at: of many at once no more get through than of many
   * one after the other. A window begins with its first attempt.
   * @returns the full counters, when there are any: then the attempt does not count.
   */
  async enter(attempt: Attempt): Promise<Admission | readonly FullCounter[]> {
    const known = await this.full(attempt);
    if (known.length > 0) return known;
    const keys = keysOf(attempt);
    const counted = await this.count(keys);
    const full = fullOf(keys, counted, 1);
    if (full.length > 0) {
      for (const { key, expiresAt } of counted) await this.takeBack(key, expiresAt);
      return full;
    }
    return { counters: keys, addressWindow: rowOf(counted, keys.address).expiresAt };
  }

  /** A success clears the account; the address keeps its failures, or a guesser could clear them with an own account. */
  async clear({ counters, addressWindow }: Admission): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM auth_login_limit WHERE key IN (
         SELECT key FROM auth_login_limit WHERE key = ANY($1::bytea[]) ORDER BY key FOR UPDATE)`,
      [[counters.pair, counters.account]],
    );
    await this.takeBack(counters.address, addressWindow);
  }

  private read(keys: Counters): Promise<CountedRow[]> {
    return this.dataSource.query<CountedRow[]>(
      `SELECT ${COUNTED} FROM auth_login_limit WHERE key = ANY($1::bytea[]) AND expires_at > now()`,
      [Object.values(keys)],
    );
  }

  private async count(keys: Counters): Promise<CountedRow[]> {
    await this.dataSource.query(
      `DELETE FROM auth_login_limit WHERE key IN (
         SELECT key FROM auth_login_limit WHERE expires_at < now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [CLEANUP],
    );
    return this.dataSource.query<CountedRow[]>(
      `INSERT INTO auth_login_limit AS l (key, failures, expires_at)
       SELECT key, 1, now() + interval '${WINDOW_SECONDS} seconds' FROM unnest($1::bytea[]) AS key ORDER BY key
       ON CONFLICT (key) DO UPDATE SET
         failures = CASE WHEN l.expires_at > now() THEN l.failures + 1 ELSE 1 END,
         expires_at = CASE WHEN l.expires_at > now() THEN l.expires_at ELSE excluded.expires_at END
       RETURNING ${COUNTED}`,
      [Object.values(keys)],
    );
  }

  /** In the window that it was counted in; a later one knows nothing of it. */
  private async takeBack(key: Buffer, window: Date): Promise<void> {
    await this.dataSource.query(
      'UPDATE auth_login_limit SET failures = failures - 1 WHERE key = $1 AND expires_at = $2 AND failures > 0',
      [key, window],
    );
  }
}

/** @param own what of the counts is this attempt's own. */
function fullOf(keys: Counters, rows: readonly CountedRow[], own: number): FullCounter[] {
  return Object.entries(MAX_FAILURES).flatMap(([name, most]) => {
    const counter = name as Counter;
    const row = rows.find(({ key }) => key.equals(keys[counter]));
    const isFull = row !== undefined && row.failures - own >= most;
    return isFull ? [{ counter, wait: row.wait, key: row.key.toString('hex') }] : [];
  });
}

function rowOf(rows: readonly CountedRow[], wanted: Buffer): CountedRow {
  const row = rows.find(({ key }) => key.equals(wanted));
  if (!row) throw new Error('A counter of sign-ins was not stored');
  return row;
}

function keysOf({ email, address }: Attempt): Counters {
  const account = email.toLowerCase();
  const place = limitedPlaceOf(address);
  return {
    pair: hash('pair', account, place),
    account: hash('account', account),
    address: hash('address', place),
  };
}

function hash(...parts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}
