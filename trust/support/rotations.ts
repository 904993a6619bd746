import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Send } from '../../test/processes/server-process.js';
import type { HarnessContext } from '../runner/context.js';
import { queryOnce } from './sql.js';

export type RotationKind = 'data' | 'master';

export interface Rotation {
  readonly id: string;
  readonly status: 'waiting' | 'running' | 'completed';
  readonly progress: readonly { readonly unreadable: number }[];
}

/** Which keys a database uses, and what it has left behind. */
export interface KeyState {
  /** Ids of the current data keys, sorted. */
  readonly dataKeys: readonly string[];
  /** Hex; all that the database knows. */
  readonly masterKeys: readonly string[];
  /** Ciphertexts under another data key than the current one of their organization. */
  readonly ciphertextsLeft: number;
  /** Data keys that are wrapped by a replaced master key. */
  readonly wrappedLeft: number;
}

const POLL_MS = 100;

/** Settings of servers that have their master key in one file, where a rotation can put a new one. */
export function keyFileOf(context: HarnessContext): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), 'ede-trust-'));
  context.atEnd(async () => rmSync(home, { recursive: true, force: true }));
  return { EDE_MASTER_KEY: '', EDE_MASTER_KEY_FILE: join(home, 'key') };
}

/** @returns `null` when there is none yet. */
export async function newestRotation(send: Send): Promise<Rotation | null> {
  const { status, body } = await send<{ items: Rotation[] }>('GET', '/api/keys/rotations?limit=1');
  if (status !== 200) throw new Error(`The list of rotations answered ${status}`);
  return body.items[0] ?? null;
}

/** @param limit milliseconds. @returns the completed rotation; `null` when it did not come to its end in time. */
export async function untilCompleted(send: Send, id: string, limit: number): Promise<Rotation | null> {
  const end = performance.now() + limit;
  while (performance.now() < end) {
    const { body } = await send<Rotation>('GET', `/api/keys/rotations/${id}`);
    if (body.status === 'completed') return body;
    await sleep(POLL_MS);
  }
  return null;
}

/** Others wait until who was silent counts as dead; that time is let pass at once. */
export async function letLeasesPass(databaseUrl: string): Promise<void> {
  await queryOnce(databaseUrl, 'UPDATE base_key_rotation SET lease_until = now() WHERE lease_until IS NOT NULL');
}

/** The same for what a killed server had said of itself. */
export async function forgetServer(databaseUrl: string, pid: number): Promise<void> {
  await queryOnce(
    databaseUrl,
    `UPDATE base_key_process SET seen_at = seen_at - interval '1 hour' WHERE label LIKE '% ' || $1::text`,
    [pid],
  );
}

export async function keyStateOf(databaseUrl: string): Promise<KeyState> {
  const [state] = await queryOnce<KeyState>(
    databaseUrl,
    `WITH stored AS (
       SELECT organization_id, value AS ciphertext FROM ir_connector_param
       UNION ALL SELECT organization_id, config FROM ir_connector
       UNION ALL SELECT organization_id, access_token FROM ir_connector_token)
     SELECT (SELECT array_agg(id::text ORDER BY id) FROM base_data_key WHERE is_current AND purpose = 'data') AS "dataKeys",
            (SELECT array_agg(encode(master_key_id, 'hex') ORDER BY master_key_id) FROM base_key_check) AS "masterKeys",
            (SELECT count(*)::integer FROM stored JOIN base_data_key k USING (organization_id) WHERE k.is_current
               AND substring(ciphertext FROM 2 FOR 16) <> decode(replace(k.id::text, '-', ''), 'hex')) AS "ciphertextsLeft",
            (SELECT count(*)::integer FROM base_data_key k WHERE NOT EXISTS
               (SELECT FROM base_key_check c WHERE c.is_current AND c.master_key_id = k.master_key_id)) AS "wrappedLeft"`,
  );
  if (!state) throw new Error('A query of counts has always one row');
  return state;
}

/** @returns how a database at rest breaks the promise that nothing is left under replaced keys. */
export function leftBehind({ masterKeys, ciphertextsLeft, wrappedLeft }: KeyState): string[] {
  const failures: string[] = [];
  if (ciphertextsLeft > 0) failures.push(`${ciphertextsLeft} values stand under a replaced data key`);
  if (masterKeys.length !== 1 || wrappedLeft > 0) failures.push('Keys are wrapped by a replaced master key');
  return failures;
}
