import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Scope } from '../../src/core/access/index.js';
import { AuditLog, AuditTrail } from '../../src/core/ports/index.js';
import { encodeCursor } from '../../src/core/web/index.js';
import { shapeOf, sliceOf } from '../../src/foundation/audit/reading/audit-filter.js';
import { TransactionRunner } from '../../src/persistence/index.js';
import { startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;
let sql: DataSource;
beforeAll(async () => {
  app = await startTestApp();
  sql = app.get(DataSource);
});
afterAll(() => app.close());

const organizationId = randomUUID();
const recordType = 'test.record';

function user(): Scope {
  const actor = {
    kind: 'user' as const,
    userId: randomUUID(),
    sessionId: randomUUID(),
    tokenId: null,
    address: '127.0.0.1',
    requestId: 'r-1',
  };
  return new Scope({ actor, memberships: new Map(), isInstanceAdmin: false, organizationId, tokenScopes: null });
}

async function recordMany(recordId: string, count: number): Promise<void> {
  for (let number = 1; number <= count; number++) {
    await app.get(AuditLog).record(user(), { organizationId, action: `test.${number}`, recordType, recordId });
  }
}

describe('writing', () => {
  it('keeps who, what and the names of changed keys', async () => {
    const scope = user();
    const recordId = randomUUID();
    await app.get(AuditLog).record(scope, {
      organizationId,
      action: 'test.updated',
      recordType,
      recordId,
      changedKeys: ['name', 'secret_key'],
      facts: { count: 2, ok: true, none: null },
    });
    const { items } = await app.get(AuditTrail).list(organizationId, recordType, recordId, { limit: 10 });
    const { requestId, address, kind, userId, sessionId, tokenId } = scope.actor;
    expect(items).toEqual([
      {
        id: expect.any(String),
        sequence: 1,
        organizationId,
        at: expect.any(Date),
        action: 'test.updated',
        result: 'success',
        actor: { kind, userId, sessionId, tokenId },
        address,
        requestId,
        recordType,
        recordId,
        changedKeys: ['name', 'secret_key'],
        facts: { count: 2, ok: true, none: null },
        previousHash: '0'.repeat(64),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  it('takes few transactions and one connection for many events that change nothing else', async () => {
    const recordId = randomUUID();
    const entry = { organizationId, action: 'test.refused', recordType, recordId };
    await Promise.all(Array.from({ length: 100 }, () => app.get(AuditLog).record(user(), entry)));
    const [{ rows, transactions }] = await sql.query(
      'SELECT count(*)::int AS rows, count(DISTINCT xmin::text)::int AS transactions FROM audit_event WHERE record_id = $1',
      [recordId],
    );
    expect(rows).toBe(100);
    expect(transactions).toBeLessThanOrEqual(2);
  });

  it('keeps what PostgreSQL cannot hold as a mark', async () => {
    const recordId = randomUUID();
    await app.get(AuditLog).record(user(), {
      organizationId,
      action: 'test.marked',
      recordType,
      recordId,
      facts: { note: 'a\0b\ud800' },
    });
    const { items } = await app.get(AuditTrail).list(organizationId, recordType, recordId, { limit: 10 });
    expect(items[0]?.facts).toEqual({ note: 'a\ufffdb\ufffd' });
  });

  it('belongs to the transaction of the change', async () => {
    const recordId = randomUUID();
    const run = app.get(TransactionRunner).run(async (tx) => {
      await app.get(AuditLog).write(tx, user(), { organizationId, action: 'test.lost', recordType, recordId });
      throw new Error('changed my mind');
    });
    await expect(run).rejects.toThrow('changed my mind');
    const { items } = await app.get(AuditTrail).list(organizationId, recordType, recordId, { limit: 10 });
    expect(items).toEqual([]);
  });

  it('keeps a change from happening when it fails', async () => {
    await sql.query('CREATE TABLE audit_probe (id uuid)');
    const run = app.get(TransactionRunner).run(async (tx) => {
      await tx.query('INSERT INTO audit_probe VALUES ($1)', [randomUUID()]);
      await app.get(AuditLog).write(tx, user(), { organizationId, action: '' });
    });
    await expect(run).rejects.toThrow('audit_event');
    expect(await sql.query('SELECT * FROM audit_probe')).toEqual([]);
  });
});

describe('what is written', () => {
  it.each([
    `UPDATE audit_event SET action = 'forged'`,
    `DELETE FROM audit_event`,
    `TRUNCATE audit_event`,
    `TRUNCATE audit_event CASCADE`,
  ])('survives %s', async (statement) => {
    await recordMany(randomUUID(), 1);
    const before = await sql.query('SELECT * FROM audit_event ORDER BY seq');
    await expect(sql.query(statement)).rejects.toThrow('append-only');
    expect(await sql.query('SELECT * FROM audit_event ORDER BY seq')).toEqual(before);
  });
});

describe('reading', () => {
  it('gives pages, newest first, without gap or repetition', async () => {
    const recordId = randomUUID();
    await recordMany(recordId, 5);
    const trail = app.get(AuditTrail);
    const actions: string[] = [];
    let cursor: string | null | undefined;
    const sizes: number[] = [];
    while (cursor !== null) {
      const page = await trail.list(organizationId, recordType, recordId, { limit: 2, ...(cursor && { cursor }) });
      sizes.push(page.items.length);
      actions.push(...page.items.map(({ action }) => action));
      cursor = page.nextCursor;
    }
    expect(actions).toEqual(['test.5', 'test.4', 'test.3', 'test.2', 'test.1']);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('shows nothing of another record or organization', async () => {
    const recordId = randomUUID();
    await recordMany(recordId, 1);
    const trail = app.get(AuditTrail);
    expect((await trail.list(randomUUID(), recordType, recordId, { limit: 10 })).items).toEqual([]);
    expect((await trail.list(organizationId, 'other', recordId, { limit: 10 })).items).toEqual([]);
    expect((await trail.list(organizationId, recordType, randomUUID(), { limit: 10 })).items).toEqual([]);
  });

  it('refuses a cursor of another record, and a forged one', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await recordMany(one, 2);
    const trail = app.get(AuditTrail);
    const { nextCursor } = await trail.list(organizationId, recordType, one, { limit: 1 });
    const shape = shapeOf({ chain: organizationId, recordType, recordId: other });
    for (const cursor of [nextCursor ?? '', 'x', encodeCursor(shape, [1.5]), encodeCursor(shape, [1e300])]) {
      await expect(trail.list(organizationId, recordType, other, { limit: 1, cursor })).rejects.toMatchObject({
        code: 'invalid_input',
      });
    }
  });

  const chain = randomUUID();
  const actorId = randomUUID();
  const minute = (count: number) => new Date(Date.UTC(2026, 0, 1) + count * 60_000);

  it.each([
    ['of a record', { recordType: 'bulk', recordId: '7' }, 'audit_event_record'],
    ['of a user', { actorId }, 'audit_event_actor'],
    ['of an action', { action: 'test.bulk7' }, 'audit_event_action'],
    ['of what was denied', { result: 'denied' as const }, 'audit_event_refusal'],
    ['of a time', { since: minute(15_000), until: minute(15_010) }, 'audit_event_time'],
    ['of everything', {}, 'audit_event_place'],
  ])('reads a page %s by an index, without sorting', async (_what, filters, index) => {
    await bulk();
    const { sql: statement, parameters } = sliceOf({ chain, ...filters }, { order: 'DESC', after: 15_000, limit: 51 });
    const plan: Record<string, string>[] = await sql.query(`EXPLAIN ${statement}`, [...parameters]);
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toContain(index);
    expect(text).not.toMatch(/Sort|Seq Scan/);
  });

  /** Rows that nobody verifies here: linked to nothing. */
  async function bulk(): Promise<void> {
    await sql.query(
      `INSERT INTO audit_event (id, organization_id, chain, chain_seq, prev_hash, hash, at, actor_kind, actor_user_id,
                                action, result, record_type, record_id)
       SELECT gen_random_uuid(), $1::uuid, $1::uuid, i, decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'),
              $2::timestamptz + i * interval '1 minute', 'user', CASE WHEN i % 1000 = 7 THEN $3::uuid END,
              'test.bulk' || i % 1000, CASE WHEN i % 1000 = 7 THEN 'denied' ELSE 'success' END, 'bulk', (i % 1000)::text
       FROM generate_series(1, 20000) i ON CONFLICT DO NOTHING`,
      [chain, minute(0), actorId],
    );
    await sql.query('ANALYZE audit_event');
  }
});
