import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Egress, EgressBlockedError, NEVER_ALLOWED } from '../../src/core/egress/index.js';
import { AuditLog } from '../../src/core/ports/index.js';
import { MAX_ENTRIES } from '../../src/foundation/egress-list/egress-list.service.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Listener } from '../support/peers/listener.js';

const signal = new AbortController().signal;
const NAME = 'canary-comment';
const EDE_MASTER_KEY = randomBytes(32).toString('base64');

let database: TestDatabase;
let app: TestApp;
let other: TestApp;
let admin: TestClient;
let listener: Listener;

beforeAll(async () => {
  database = await createTestDatabase();
  const env = { EDE_MASTER_KEY, EDE_EGRESS_ALLOW: '127.0.0.9:9009' };
  app = await startTestApp({ database, env });
  other = await startTestApp({ database, env });
  admin = await app.setUp();
  listener = await Listener.http((_request, response) => response.setHeader('connection', 'close').end('reached'));
});
afterAll(async () => {
  await Promise.all([app.close(), other.close(), listener.stop()]);
  await database.drop();
});
afterEach(async () => {
  for (const { id } of (await view()).entries) await admin.delete(`/api/egress/entries/${id}`);
});

const view = async () => (await admin.get('/api/egress')).body;
const add = (entry: unknown, more: object = {}) => admin.post('/api/egress/entries', { entry, ...more });
const check = async (body: object) => (await admin.post('/api/egress/check', body)).body;
const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> => app.get(DataSource).query(text, values);
const auditOf = (action: string) =>
  sql<{ record_id: string; organization_id: string | null; actor_user_id: string; facts: object }>(
    'SELECT * FROM audit_event WHERE action = $1 ORDER BY seq',
    [action],
  );

async function reaches(process: TestApp): Promise<boolean> {
  try {
    const answer = await process.get(Egress).request(`http://127.0.0.1:${listener.port}/`, { signal });
    return (await answer.text()) === 'reached';
  } catch (error) {
    expect(error).toBeInstanceOf(EgressBlockedError);
    return false;
  }
}

/** Waits until the other process agrees; when it never does, the test runs into its own time limit. */
async function untilOtherReaches(isReached: boolean): Promise<void> {
  while ((await reaches(other)) !== isReached) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('the allow-list', () => {
  it('is shown with the policy, the entries of the environment, and what is never allowed', async () => {
    const { body: entry } = await add('MinIO.internal.:9000', { comment: 'Storage' });
    expect(await view()).toEqual({
      policy: 'allowlist',
      is_list_in_force: true,
      environment_entries: ['127.0.0.9:9009'],
      entries: [
        {
          id: entry.id,
          entry: 'minio.internal:9000',
          comment: 'Storage',
          created_by: admin.identity.userId,
          created_at: entry.created_at,
        },
      ],
      never_allowed: [...NEVER_ALLOWED],
      in_force_within_ms: 1000,
    });
  });

  it('opens a target in this process at once and in others soon, and closes it again the same way', async () => {
    expect([await reaches(app), await reaches(other)]).toEqual([false, false]);
    const { body } = await add(`127.0.0.1:${listener.port}`);
    expect(await reaches(app)).toBe(true);
    await untilOtherReaches(true);

    expect((await admin.delete(`/api/egress/entries/${body.id}`)).status).toBe(204);
    expect(await reaches(app)).toBe(false);
    await untilOtherReaches(false);
    const accepted = listener.accepted;
    expect([await reaches(app), await reaches(other)]).toEqual([false, false]);
    expect(listener.accepted).toBe(accepted);
  });

  it('lets a connector through that was blocked, whose test had said how', async () => {
    const connector = await admin.createConnector({
      category: 'messaging',
      provider_type: 'webhook',
      param_ids: [{ key: 'url', value: `http://127.0.0.1:${listener.port}/` }],
    });
    const test = async () => (await admin.post(`/api/connectors/${connector.id}/test`, { send: {} })).body;
    const blocked = await test();
    expect(blocked.details.steps.at(-1)).toMatchObject({ name: 'egress', ok: false });
    expect(JSON.stringify(blocked)).toContain('POST /api/egress/entries');
    await add(`127.0.0.1:${listener.port}`);
    expect(await test()).toMatchObject({ success: true, status: 'connected' });
  });

  it('refuses the same entry twice, however it is written and however many ask', async () => {
    const answers = await Promise.all(['10.0.0.7:9000', '10.0.0.7/32:9000', ' 10.0.0.7:9000 '].map((it) => add(it)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.map(({ body }) => body.code)).toContain('egress_entry_exists');
    expect((await view()).entries).toHaveLength(1);
  });

  it('honours an idempotency key', async () => {
    const once = () =>
      admin.post('/api/egress/entries', { entry: 'once.internal' }, { headers: { 'idempotency-key': 'egress-1' } });
    const [first, second] = [await once(), await once()];
    expect(second).toMatchObject({ status: 201, body: first.body });
  });

  it.each(['*', '*.internal', '10.0.0.1/8', '10.0.0.0/99', 'host:0', 'a b', '127.1', 'http://canary.internal', '[::1'])(
    'refuses %j, without repeating it',
    async (entry) => {
      const answer = await add(entry);
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'invalid_input', errors: [{ pointer: '/entry', code: 'invalid_entry' }] },
      });
      expect(answer.text).not.toContain(entry);
    },
  );

  it.each([{}, { entry: 7 }, { entry: '' }, { entry: 'x'.repeat(301) }, { entry: 'a.internal', port: 1 }])(
    'refuses the body %j',
    async (body) => expect((await admin.post('/api/egress/entries', body)).status).toBe(400),
  );

  it.each(['169.254.169.254', '169.254.169.254:80', 'fd00:ec2::254', '[64:ff9b::a9fe:a9fe]:80', '169.254.170.0/24'])(
    'never takes the metadata address %s',
    async (entry) => expect(await add(entry)).toMatchObject({ status: 422, body: { code: 'egress_never_allowed' } }),
  );

  it('never takes the own database, and keeps it blocked inside a wider entry', async () => {
    const { hostname, port } = new URL(database.url);
    expect(await add(`${hostname}:${port}`)).toMatchObject({ status: 422, body: { code: 'egress_never_allowed' } });
    expect((await add('127.0.0.0/8')).status).toBe(201);
    expect(await check({ host: hostname, port: Number(port) })).toMatchObject({
      is_allowed: false,
      reason: 'own_database',
    });
  });

  it.each(['0.0.0.0/0', '::/0', '0.0.0.0/4:443'])('leaves %s to the environment', async (entry) => {
    expect(await add(entry)).toMatchObject({ status: 422, body: { code: 'egress_entry_too_wide' } });
  });

  it('has a limit', async () => {
    await sql(
      `INSERT INTO egress_allow_entry (id, entry) SELECT gen_random_uuid(), 'filler' || n || '.internal' FROM generate_series(1, $1) n`,
      [MAX_ENTRIES],
    );
    expect(await add('one.too.many')).toMatchObject({ status: 409, body: { code: 'egress_list_full' } });
    await sql('DELETE FROM egress_allow_entry');
  });

  it('answers 404 for an id that is not on it', async () => {
    expect((await admin.delete(`/api/egress/entries/${randomUUID()}`)).status).toBe(404);
    expect((await admin.delete('/api/egress/entries/x')).body.code).toBe('invalid_id');
  });
});

describe('changes of the allow-list', () => {
  it('are audited with the entry, and with the one who made them', async () => {
    const { body } = await add('audited.internal', { comment: NAME });
    await admin.delete(`/api/egress/entries/${body.id}`);
    for (const action of ['egress.entry_added', 'egress.entry_removed']) {
      const row = (await auditOf(action)).at(-1);
      expect(row).toMatchObject({
        record_id: body.id,
        organization_id: null,
        actor_user_id: admin.identity.userId,
        facts: { entry: 'audited.internal' },
      });
      expect(JSON.stringify(row)).not.toContain(NAME);
    }
  });

  it('are refused as a whole when the audit row cannot be written', async () => {
    const { body } = await add('kept.internal');
    const audit = app.get(AuditLog);
    const write = audit.write.bind(audit);
    audit.write = () => Promise.reject(new Error('audit is away'));
    try {
      expect((await add('unaudited.internal')).status).toBe(500);
      expect((await admin.delete(`/api/egress/entries/${body.id}`)).status).toBe(500);
    } finally {
      audit.write = write;
    }
    expect((await view()).entries.map(({ entry }: { entry: string }) => entry)).toEqual(['kept.internal']);
  });

  it('are for instance admins only, as is the list itself', async () => {
    const orgAdmin = await app.signIn('Acme', 'admin');
    const reader = await admin.withToken({ scopes: ['read', 'write'] });
    for (const client of [orgAdmin, await app.signIn('Acme', 'member')]) {
      expect((await client.get('/api/egress')).status).toBe(403);
    }
    for (const client of [orgAdmin, reader]) {
      expect((await client.post('/api/egress/entries', { entry: 'x.internal' })).status).toBe(403);
      expect((await client.delete(`/api/egress/entries/${randomUUID()}`)).status).toBe(403);
      expect((await client.post('/api/egress/check', { url: 'https://example.com' })).status).toBe(403);
    }
    expect((await reader.get('/api/egress')).status).toBe(200);
    const writer = await admin.withToken({ scopes: ['admin'] });
    expect((await writer.post('/api/egress/entries', { entry: 'token.internal' })).status).toBe(201);
  });
});

describe('asking whether a target may be reached', () => {
  it('gives the decision with its reason, and connects to nobody', async () => {
    const accepted = listener.accepted;
    await add('10.1.0.0/16:9000');
    const cases: [object, boolean, string][] = [
      [{ url: 'https://8.8.8.8/' }, true, 'public'],
      [{ url: 'http://8.8.8.8/' }, false, 'plain_http'],
      [{ url: `http://127.0.0.1:${listener.port}/` }, false, 'not_listed'],
      [{ host: '127.0.0.1', port: listener.port }, false, 'not_listed'],
      [{ url: 'http://0x7f.1/' }, false, 'not_listed'],
      [{ host: '10.1.2.3', port: 9000 }, true, 'listed'],
      [{ host: '10.1.2.3', port: 9001 }, false, 'not_listed'],
      [{ url: 'http://169.254.169.254/latest' }, false, 'cloud_metadata'],
      [{ url: 'ftp://example.com/' }, false, 'malformed'],
      [{ url: 'https://user:canary@8.8.8.8/' }, false, 'malformed'],
    ];
    for (const [body, is_allowed, reason] of cases) {
      expect({ body, ...(await check(body)) }).toMatchObject({ body, is_allowed, reason });
    }
    expect(await check({ host: '10.1.2.3', port: 9000 })).toEqual({
      is_allowed: true,
      reason: 'listed',
      message: 'On the allow-list',
      host: '10.1.2.3',
      port: 9000,
      addresses: [{ address: '10.1.2.3', is_allowed: true, reason: 'listed', entry: '10.1.0.0/16:9000' }],
    });
    expect(listener.accepted).toBe(accepted);
  });

  it.each([{}, { url: 'https://a.test', host: 'a.test', port: 1 }, { host: 'a.test' }, { port: 1 }, { url: null }])(
    'wants one target: %j',
    async (body) => expect((await admin.post('/api/egress/check', body)).status).toBe(400),
  );
});

describe('another policy', () => {
  it('strict ignores the list and says so', async () => {
    await add(`127.0.0.1:${listener.port}`);
    const strict = await startTestApp({ database, env: { EDE_MASTER_KEY, EDE_EGRESS_POLICY: 'strict' } });
    try {
      expect(await reaches(strict)).toBe(false);
      const client = strict.anonymous();
      await client.logIn(admin.identity.email, admin.identity.password);
      expect((await client.get('/api/egress')).body).toMatchObject({ policy: 'strict', is_list_in_force: false });
    } finally {
      await strict.close();
    }
  });

  it('off is audited with each start', async () => {
    const before = (await auditOf('egress.policy_off')).length;
    const off = await startTestApp({ database, env: { EDE_MASTER_KEY, EDE_EGRESS_POLICY: 'off' } });
    try {
      expect(await reaches(off)).toBe(true);
    } finally {
      await off.close();
    }
    expect(await auditOf('egress.policy_off')).toHaveLength(before + 1);
  });
});
