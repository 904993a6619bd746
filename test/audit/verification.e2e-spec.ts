import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Scope } from '../../src/core/access/index.js';
import { AuditLog } from '../../src/core/ports/index.js';
import { hashOf } from '../../src/foundation/audit/chain/chain-link.js';
import { COLUMNS, type StoredRow } from '../../src/foundation/audit/reading/stored-row.js';
import { TransactionRunner } from '../../src/persistence/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Intruder } from './tampering.js';

const env = { EDE_MASTER_KEY: randomBytes(32).toString('base64') };

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

const verify = async (query = ''): Promise<Answer['body']> => {
  const answer = await admin.get(`/api/audit/verification${query}`);
  expect(answer.status).toBe(200);
  return answer.body;
};
const broken = async (query = ''): Promise<unknown> => {
  const { outcome, broken: place } = await verify(query);
  return outcome === 'broken' ? place : outcome;
};
const rows = async (of = chain): Promise<StoredRow[]> =>
  app.get(DataSource).query(`SELECT ${COLUMNS} FROM audit_event WHERE chain = $1 ORDER BY chain_seq`, [of]);

/** Links the chain anew from a place on, as the server would, but for the signatures. */
async function relink(from: number): Promise<void> {
  const all = await rows();
  let previous = all[from - 2]?.hash ?? Buffer.alloc(32);
  for (const row of all.slice(from - 1)) {
    const hash = hashOf(previous, row);
    await intruder.run('UPDATE audit_event SET prev_hash = $2, hash = $3 WHERE id = $1', [row.id, previous, hash]);
    previous = hash;
  }
  const [last] = (await rows()).slice(-1);
  await intruder.run('UPDATE audit_chain SET seq = $2, hash = $3 WHERE chain = $1', [
    chain,
    last?.chainSeq,
    last?.hash,
  ]);
}

describe('a trail that nobody touched', () => {
  it('is intact, for the organization and for the instance', async () => {
    const all = await rows();
    expect(await verify()).toEqual({
      organization_id: chain,
      outcome: 'intact',
      checked: all.length,
      through: all.length,
      next_after: null,
      unsigned: 0,
      first_unsigned: null,
      broken: null,
      end: { sequence: all.length, hash: all.at(-1)?.hash?.toString('hex') },
    });
    expect(await verify('?instance=true')).toMatchObject({ organization_id: null, outcome: 'intact' });
  });

  it('is intact after many writers at once in several organizations', async () => {
    const others = await Promise.all(['A', 'B', 'C'].map((name) => app.createOrganization(name)));
    const all = [chain, ...others];
    await Promise.all(
      Array.from({ length: 60 }, (_, turn) =>
        app.get(TransactionRunner).run(async (tx) => {
          for (const organizationId of turn % 2 ? all : [...all].reverse()) {
            await app.get(AuditLog).write(tx, Scope.system(), { organizationId, action: 'test.crowd' });
          }
        }),
      ),
    );
    for (const organization of all) {
      expect(await verify(`?organization_id=${organization}`)).toMatchObject({ outcome: 'intact', next_after: null });
    }
  });

  it('is as intact with texts and numbers that a database gives back in another form', async () => {
    await app.get(AuditLog).record(Scope.system(), {
      organizationId: chain.toUpperCase(),
      action: 'test.odd',
      recordId: 'lone \ud800 surrogate',
      changedKeys: ['é', 'e\u0301', '"', '\\', '{', ','],
      facts: { b: 1e21, a: -0, c: 0.1, d: 1.7e308, e: 'lone \udfff', '': null },
    });
    expect(await verify()).toMatchObject({ outcome: 'intact' });
  });

  it('can be checked in parts', async () => {
    const { through } = (await verify()) as { through: number };
    expect(await verify(`?after=${through - 2}`)).toMatchObject({ outcome: 'intact', checked: 2, through });
    expect(await broken(`?after=${through + 1}`)).toMatchObject({ finding: 'missing' });
  });
});

describe('names the first row', () => {
  it.each([
    ['action', `'connector.tested'`],
    ['at', `at + interval '1 millisecond'`],
    ['actor_user_id', 'NULL'],
    ['address', `'10.0.0.1'`],
    ['result', `'failure'`],
    ['changed_keys', `'{}'`],
    ['facts', `'{"a": 1}'`],
    ['record_id', 'NULL'],
  ])('whose %s was changed', async (column, value) => {
    const row = (await rows())[4];
    await intruder.run(`UPDATE audit_event SET ${column} = ${value} WHERE id = $1`, [row?.id]);
    expect(await broken()).toEqual({
      sequence: 5,
      event_id: row?.id,
      finding: 'changed',
      message: 'The row is not what was written',
    });
  });

  it('that was deleted', async () => {
    await intruder.run('DELETE FROM audit_event WHERE chain = $1 AND chain_seq IN (5, 7)', [chain]);
    expect(await broken()).toMatchObject({ sequence: 5, event_id: null, finding: 'missing' });
  });

  it('from which on the tail was cut off', async () => {
    await intruder.run('DELETE FROM audit_event WHERE chain = $1 AND chain_seq > 6', [chain]);
    expect(await broken()).toMatchObject({ sequence: 7, finding: 'missing' });
    const [last] = (await rows()).slice(-1);
    await intruder.run('UPDATE audit_chain SET seq = $2, hash = $3 WHERE chain = $1', [chain, 6, last?.hash]);
    expect(await broken()).toMatchObject({ sequence: 6, finding: 'end_forged' });
    await intruder.run('UPDATE audit_chain SET mac = $2 WHERE chain = $1', [chain, last?.mac]);
    expect(await broken()).toMatchObject({ sequence: 6, finding: 'end_forged' });
  });

  it('of two that changed places', async () => {
    await intruder.run('ALTER TABLE audit_event DROP CONSTRAINT audit_event_place');
    await intruder.run('UPDATE audit_event SET chain_seq = 9 - chain_seq WHERE chain = $1 AND chain_seq IN (4, 5)', [
      chain,
    ]);
    expect(await broken()).toMatchObject({ sequence: 4, finding: 'unlinked' });
  });

  it('that was made up, when all hashes were computed anew', async () => {
    await intruder.run(`UPDATE audit_event SET actor_user_id = NULL WHERE chain = $1 AND chain_seq = 5`, [chain]);
    await relink(5);
    const row = (await rows())[4];
    expect(await broken()).toMatchObject({ finding: 'end_forged' });
    const [{ mac }] = (await intruder.run('SELECT mac FROM audit_chain WHERE chain = $1', [chain])) as [
      { mac: Buffer },
    ];
    await intruder.run('UPDATE audit_chain SET mac = NULL WHERE chain = $1', [chain]);
    expect(await broken()).toMatchObject({ sequence: 5, event_id: row?.id, finding: 'forged' });
    await intruder.run('UPDATE audit_event SET mac = $2 WHERE chain = $1', [chain, mac]);
    expect(await broken()).toMatchObject({ finding: 'forged' });
  });

  it('without a signature, when all of them were removed', async () => {
    await intruder.run(`UPDATE audit_event SET actor_user_id = NULL WHERE chain = $1 AND chain_seq = 5`, [chain]);
    await relink(5);
    await intruder.run('UPDATE audit_event SET mac = NULL WHERE chain = $1 AND chain_seq >= 5', [chain]);
    await intruder.run('UPDATE audit_chain SET mac = NULL WHERE chain = $1', [chain]);
    expect(await verify()).toMatchObject({ outcome: 'unsigned', first_unsigned: 5 });
    await admin.put(`/api/organizations/${chain}`, { name: 'Signed again' });
    expect(await verify()).toMatchObject({ outcome: 'unsigned', first_unsigned: 5 });
  });

  it('that was added behind the end', async () => {
    const all = await rows();
    const end = all.at(-1) as StoredRow;
    const added = { ...end, id: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b25', chainSeq: end.chainSeq + 1 };
    await intruder.run(
      `INSERT INTO audit_event (id, organization_id, chain, chain_seq, prev_hash, hash, actor_kind, action)
       VALUES ($1, $2, $2, $3, $4, $5, 'system', 'test.added')`,
      [added.id, chain, added.chainSeq, end.hash, hashOf(end.hash as Buffer, added)],
    );
    expect(await broken()).toMatchObject({ sequence: end.chainSeq + 1, finding: 'end_differs' });
  });

  it('of a trail that was thrown away and began anew', async () => {
    await intruder.run('DELETE FROM audit_event WHERE chain = $1', [chain]);
    expect(await broken()).toMatchObject({ sequence: 1, finding: 'missing' });
    await intruder.run('DELETE FROM audit_chain WHERE chain = $1', [chain]);
    await admin.put(`/api/organizations/${chain}`, { name: 'Nothing happened' });
    expect(await broken()).toMatchObject({ sequence: 1, finding: 'replaced' });
  });

  it('of a trail that was put into the place of another', async () => {
    const other = await app.createOrganization('Globex');
    await intruder.run('UPDATE audit_event SET organization_id = $1, chain = $1 WHERE id = $2', [
      other,
      (await rows())[8]?.id,
    ]);
    expect(await broken()).toMatchObject({ sequence: 9, finding: 'missing' });
  });
});

describe('tells that the end of a trail was tampered with', () => {
  it.each([
    ['the hash of a beginning that nothing was removed before', `base_hash = sha256('forged')`, 'base_forged'],
    ['the signature of such a beginning', `base_mac = sha256('forged')`, 'base_forged'],
    ['the time of the last row, which the next row takes over', `last_at = last_at + interval '1 year'`, 'end_differs'],
    ['the time of the last row, which is taken away', 'last_at = NULL', 'end_differs'],
  ])('%s', async (_what, assignment, finding) => {
    await intruder.run(`UPDATE audit_chain SET ${assignment} WHERE chain = $1`, [chain]);
    const sequence = finding === 'base_forged' ? 0 : (await rows()).length;
    expect(await broken()).toMatchObject({ sequence, event_id: null, finding });
  });
});

describe('a sealed server', () => {
  it('links what it writes, cannot verify, and what it wrote is told afterwards', async () => {
    const { email, password } = admin.identity;
    await app.close();
    app = await startTestApp({ database, env: { EDE_MASTER_KEY: randomBytes(32).toString('base64') } });
    admin = app.anonymous();
    await admin.logIn(email, password);
    expect(await admin.get('/api/audit/verification?instance=true')).toMatchObject({
      status: 503,
      body: { code: 'sealed' },
    });
    await app.close();
    app = await startTestApp({ database, env });
    admin = app.anonymous();
    await admin.logIn(email, password);
    expect(await verify('?instance=true')).toMatchObject({ outcome: 'unsigned', unsigned: 1, broken: null });
    expect(await verify()).toMatchObject({ outcome: 'intact' });
  });
});
