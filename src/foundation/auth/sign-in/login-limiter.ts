import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { DataSource } from 'typeorm';
import { TooManyRequestsError } from '../../../core/errors/index.js';

/** Failures within a window after which no password is tried any more. */
export const MAX_FAILURES = { pair: 10, account: 30, address: 50 } as const;
const WINDOW_SECONDS = 15 * 60;
/** Old counters that one failure removes: more than it can add. */
const CLEANUP = 10;
const V6_SITE_PARTS = 4;

type Counter = keyof typeof MAX_FAILURES;

/** Who tries to sign in as whom. */
export interface Attempt {
  readonly email: string;
  readonly address: string | null;
}

/** Counts failed sign-ins in the database, so that all processes see the same. */
@Injectable()
export class LoginLimiter {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws TooManyRequestsError with the seconds until the next try. */
  async requireRoom(attempt: Attempt): Promise<void> {
    const keys = keysOf(attempt);
    const [row] = await this.dataSource.query<{ wait: number | null }[]>(
      `SELECT ceil(extract(epoch FROM max(l.expires_at) - now()))::integer AS wait
       FROM auth_login_limit l JOIN unnest($1::bytea[], $2::integer[]) AS k (key, most) ON k.key = l.key
       WHERE l.failures >= k.most AND l.expires_at > now()`,
      [Object.values(keys), Object.keys(keys).map((counter) => MAX_FAILURES[counter as Counter])],
    );
    if (row?.wait) throw new TooManyRequestsError(row.wait, 'Too many failed sign-ins; wait before the next one');
  }

  /** Counts one failure. The window begins with the first. */
  async countFailure(attempt: Attempt): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO auth_login_limit AS l (key, failures, expires_at)
       SELECT key, 1, now() + interval '${WINDOW_SECONDS} seconds' FROM unnest($1::bytea[]) AS key ORDER BY key
       ON CONFLICT (key) DO UPDATE SET
         failures = CASE WHEN l.expires_at > now() THEN l.failures + 1 ELSE 1 END,
         expires_at = CASE WHEN l.expires_at > now() THEN l.expires_at ELSE excluded.expires_at END`,
      [Object.values(keysOf(attempt))],
    );
    await this.dataSource.query(
      `DELETE FROM auth_login_limit WHERE key IN (
         SELECT key FROM auth_login_limit WHERE expires_at < now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [CLEANUP],
    );
  }

  /** A success clears the account; the address keeps its failures, or a guesser could clear them with an own account. */
  async clear(attempt: Attempt): Promise<void> {
    const { pair, account } = keysOf(attempt);
    await this.dataSource.query('DELETE FROM auth_login_limit WHERE key = ANY($1::bytea[])', [[pair, account]]);
  }
}

function keysOf({ email, address }: Attempt): Record<Counter, Buffer> {
  const account = email.toLowerCase();
  const place = placeOf(address);
  return {
    pair: hash('pair', account, place),
    account: hash('account', account),
    address: hash('address', place),
  };
}

/** Addresses that one sender can have at will count as one: an IPv6 network of 64 bits. */
function placeOf(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return '';
  const parsed = ipaddr.process(address);
  return 'parts' in parsed ? parsed.parts.slice(0, V6_SITE_PARTS).join(':') : parsed.toString();
}

function hash(...parts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}
