import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { KeyRing } from '../../src/core/crypto/index.js';
import { hashOf, INSTANCE_CHAIN, NO_HASH } from '../../src/foundation/audit/chain/chain-link.js';
import { ChainSigner } from '../../src/foundation/audit/chain/chain-signer.js';
import { COLUMNS, type StoredRow } from '../../src/foundation/audit/reading/stored-row.js';
import { AuditRetention } from '../../src/foundation/audit/retention/audit-retention.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { untilBlocked } from '../support/until-blocked.js';
import { Intruder } from './tampering.js';

const env = { EDE_MASTER_KEY: randomBytes(32).toString('base64'), EDE_AUDIT_RETENTION_DAYS: '30' };

let database: TestDatabase;
let app: TestApp;
let admin: TestClient;
let chain: string;
let intruder: Intruder;

beforeEach(async () => {
  database = await createTestDatabase();
  app = await startTestApp({ database, env });
  admin = await app.setUp();
  chain = admin.organizationId;
  for (let count = 0; count < 8; count += 1) await admin.put(`/api/organizations/${chain}`, { name: `Name ${count}` });
  intruder = await Intruder.on(database.url);
});
afterEach(async () => {
  await intruder.leave();
  await app.close();
  await database.drop();
});

const verification = async (): Promise<Answer['body']> => (await admin.get('/api/audit/verification')).body;
const sequences = async (): Promise<number[]> =>
  ((await admin.get('/api/audit')).body['items'] as { sequence: number }[]).map(({ sequence }) => sequence).reverse();

/** Lets the first rows be old, as a server with the same key would have written them at that time. */
async function age(count: number): Promise<void> {
  const signer = new ChainSigner(app.get(KeyRing));
  const rows: StoredRow[] = await app
    .get(DataSource)
    .query(`SELECT ${COLUMNS} FROM audit_event WHERE chain = $1 ORDER BY chain_seq`, [chain]);
  let previous: Buffer = NO_HASH;
  for (const row of rows) {
    const at = row.chainSeq <= count ? new Date(Date.UTC(2020, 0, row.chainSeq)) : row.at;
    const hash = hashOf(previous, { ...row, at });
    const mac = signer.sign('row', { chain, seq: row.chainSeq, hash });
    await intruder.run('UPDATE audit_event SET at = $2, prev_hash = $3, hash = $4, mac = $5 WHERE id = $1', [
      row.id,
      at,
      previous,
      hash,
      mac,
    ]);
    previous = hash;
  }
  const mac = signer.sign('head', { chain, seq: rows.length, hash: previous });
  await intruder.run('UPDATE audit_chain SET hash = $2, mac = $3 WHERE chain = $1', [chain, previous, mac]);
}

/** What a server leaves that is stopped right after it has signed the new beginning: four rows are to go. */
async function beginRemoval(): Promise<void> {
  const { hash, mac } = (
    await intruder.run('SELECT hash, mac FROM audit_event WHERE chain = $1 AND chain_seq = 4', [chain])
  )[0] as { hash: Buffer; mac: Buffer };
  expect(mac).toHaveLength(32);
  const base = new ChainSigner(app.get(KeyRing)).sign('base', { chain, seq: 4, hash });
  await intruder.run('UPDATE audit_chain SET base_seq = 4, base_hash = $2, base_mac = $3 WHERE chain = $1', [
    chain,
    hash,
    base,
  ]);
}

it('removes old events, says so in the trail, and the rest still verifies', async () => {
  await age(6);
  expect(await verification()).toMatchObject({ outcome: 'intact', checked: 10 });
  await app.get(AuditRetention).run();
  expect(await sequences()).toEqual([7, 8, 9, 10, 11]);
  const [event] = (await admin.get('/api/audit?limit=1')).body['items'] as object[];
  expect(event).toMatchObject({
    action: 'audit.events_removed',
    user_id: null,
    facts: { through_sequence: 6, older_than_days: 30 },
  });
  expect(await verification()).toMatchObject({ outcome: 'intact', checked: 5, through: 11 });
  await admin.put(`/api/organizations/${chain}`, { name: 'Goes on' });
  await app.get(AuditRetention).run();
  expect(await verification()).toMatchObject({ outcome: 'intact', checked: 6, through: 12 });
});

it('keeps what is not old, and the newest event in any case', async () => {
  await app.get(AuditRetention).run();
  expect(await sequences()).toHaveLength(10);
  await age(10);
  await app.get(AuditRetention).run();
  expect(await sequences()).toEqual([10, 11]);
});

it('finishes what a stopped server had begun', async () => {
  await age(6);
  await beginRemoval();
  expect(await verification()).toMatchObject({ outcome: 'intact', checked: 6 });
  await app.get(AuditRetention).run();
  expect(await sequences()).toEqual([7, 8, 9, 10, 11]);
});

it('ends between two batches when the server stops, and goes on another time', async () => {
  await beginRemoval();
  await intruder.run(
    `INSERT INTO audit_event (id, organization_id, chain, chain_seq, actor_kind, action)
     SELECT gen_random_uuid(), $1, $1, -n, 'system', 'test.old' FROM generate_series(0, 2499) AS n`,
    [chain],
  );
  const rowsLeft = async () =>
    (await intruder.run('SELECT count(*)::integer AS rows FROM audit_event WHERE chain_seq <= 0'))[0]?.['rows'];
  await intruder.run('BEGIN');
  await intruder.run('SELECT id FROM audit_event WHERE chain = $1 AND chain_seq = -2499 FOR UPDATE', [chain]);
  const stopping = await startTestApp({ database, env });
  await untilBlocked(app.get(DataSource));
  const stopped = stopping.get(AuditRetention).onModuleDestroy();
  await intruder.run('COMMIT');
  await stopped;
  await stopping.close();
  expect(await rowsLeft()).toBe(1_500);

  await app.get(AuditRetention).run();
  expect(await rowsLeft()).toBe(0);
  expect(await sequences()).toEqual([5, 6, 7, 8, 9, 10]);
});

it('goes on with the next trail when one fails', async () => {
  await age(6);
  await intruder.run(
    `INSERT INTO audit_chain (chain, seq, base_seq) VALUES ($1, 1, 1)
     ON CONFLICT (chain) DO UPDATE SET seq = greatest(audit_chain.seq, 1), base_seq = 1`,
    [INSTANCE_CHAIN],
  );
  await intruder.run(
    `INSERT INTO audit_event (id, chain, chain_seq, actor_kind, action)
     VALUES (gen_random_uuid(), $1, 0, 'system', 'test.old')`,
    [INSTANCE_CHAIN],
  );
  // The database refuses to remove rows before a beginning that is not signed.
  await app.get(AuditRetention).run();
  expect(await sequences()).toEqual([7, 8, 9, 10, 11]);
  expect(app.log.join('\n')).toContain('Old audit events could not be removed');
});

it('removes nothing when the place was tampered with', async () => {
  await age(6);
  await intruder.run(
    `UPDATE audit_event SET hash = decode(repeat('01', 32), 'hex') WHERE chain = $1 AND chain_seq = 6`,
    [chain],
  );
  await app.get(AuditRetention).run();
  expect(await sequences()).toHaveLength(10);
  expect(app.log.join('\n')).toContain('the trail is broken at 6');
});

it('notices a beginning that somebody else has moved', async () => {
  const row = (await intruder.run('SELECT hash, mac FROM audit_event WHERE chain = $1 AND chain_seq = 3', [chain]))[0];
  await intruder.run('UPDATE audit_chain SET base_seq = 3, base_hash = $2, base_mac = $3 WHERE chain = $1', [
    chain,
    row?.['hash'],
    row?.['mac'],
  ]);
  await intruder.run('DELETE FROM audit_event WHERE chain = $1 AND chain_seq <= 3', [chain]);
  expect(await verification()).toMatchObject({ outcome: 'broken', broken: { sequence: 3, finding: 'base_forged' } });
});

it.each([
  ['the rows themselves', 'DELETE FROM audit_event'],
  ['the rows as the retention does', `SET ede.audit_retention = 'on'; DELETE FROM audit_event`],
  ['through the function of the retention', 'SELECT audit_event_remove(chain, 1000) FROM audit_chain'],
  ['the ends', 'DELETE FROM audit_chain'],
  ['all ends at once', 'TRUNCATE audit_chain'],
  ['a place of the end', 'UPDATE audit_chain SET seq = seq - 1'],
])('is the only way to remove: the database refuses %s', async (_what, statement) => {
  await app
    .get(DataSource)
    .query(statement)
    .catch((error: unknown) => expect(String(error)).toMatch(/append-only/));
  expect(await sequences()).toHaveLength(10);
  expect(await verification()).toMatchObject({ outcome: 'intact', checked: 10 });
});
