import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { queryOnce } from '../../support/sql.js';
import type { Rotations, Seat } from './rotations.js';

const POLL_MS = 10;
const LIMIT_MS = 30_000;
/** Rows that a rotation reads at once. */
const PAGE = 100;

interface Place {
  readonly id: string;
  readonly connector_id: string;
  readonly key: string;
}

/** What chance hardly ever brings about, made sure of. */
export async function collide(rotations: Rotations, seats: readonly [Seat, Seat], times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await overtake(rotations, seats);
    await surprise(rotations, seats);
  }
}

/**
 * A value is written after the rotation has read it and before it puts its new ciphertext there: the rotation is held at
 * the first row of the page.
 */
async function overtake(rotations: Rotations, [rotator, writer]: readonly [Seat, Seat]): Promise<void> {
  const holder = new Client({ connectionString: rotations.databaseUrl });
  await holder.connect();
  try {
    const { rows } = await holder.query<Place>(
      `SELECT id, connector_id, key FROM ir_connector_param WHERE value IS NOT NULL ORDER BY id LIMIT ${PAGE}`,
    );
    const [first, last] = [rows[0], rows.at(-1)];
    if (!first || !last || first.connector_id === last.connector_id) throw new Error('Too few values to be overtaken');
    await holder.query('BEGIN');
    await holder.query('SELECT FROM ir_connector_param WHERE id = $1 FOR UPDATE', [first.id]);
    const rotation = rotations.rotate('data', rotator.send);
    await until(rotations.databaseUrl, 'SELECT FROM pg_locks WHERE NOT granted');
    await rotations.load.writeOne(writer.send, last.connector_id, last.key);
    await holder.query('ROLLBACK');
    await rotation;
  } finally {
    await holder.end();
  }
  await rotations.check([rotator, writer]);
}

/** The other process has just looked after its keys, and would do so again only in seconds: meanwhile it writes. */
async function surprise(rotations: Rotations, [rotator, writer]: readonly [Seat, Seat]): Promise<void> {
  const { databaseUrl, load } = rotations;
  const [now] = await queryOnce<{ now: string }>(databaseUrl, 'SELECT now()::text AS now');
  const beat = 'SELECT FROM base_key_process WHERE seen_at > $1::timestamptz AND label LIKE $2';
  await until(databaseUrl, beat, [now?.now, `% ${writer.server.pid}`]);
  await rotations.rotate('data', rotator.send);
  await load.writeAll(writer.send);
  await rotations.check([rotator, writer]);
}

/** @throws when there is no such row within the limit. */
async function until(databaseUrl: string, sql: string, values: readonly unknown[] = []): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while ((await queryOnce(databaseUrl, sql, values)).length === 0) {
    if (performance.now() > end) throw new Error(`Never found: ${sql}`);
    await sleep(POLL_MS);
  }
}
