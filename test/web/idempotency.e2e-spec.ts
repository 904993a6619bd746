import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { Controller, Module, Post } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Idempotent } from '../../src/core/web/index.js';
import { RequireRole } from '../../src/core/access/index.js';
import { TransactionRunner } from '../../src/persistence/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

/** Commits, and then fails. */
@Controller('breaking')
class BreakingController {
  constructor(private readonly transactions: TransactionRunner) {}

  @Post()
  @RequireRole('admin')
  @Idempotent()
  async break(): Promise<never> {
    await this.transactions.run((tx) => tx.query('SELECT 1'));
    throw new Error('Broken after the commit');
  }
}

@Module({ controllers: [BreakingController] })
class BreakingModule {}

let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule, BreakingModule] });
  admin = await app.setUp();
});
afterAll(() => app.close());

const create = (client: TestClient, body: object, key: string) =>
  client.post('/api/organizations', body, { headers: { 'idempotency-key': key } });
const uploadOnce = async (key: string) =>
  admin
    .raw('post', '/api/storage/documents')
    .set('idempotency-key', key)
    .attach('file', Buffer.from('once'), { filename: 'once.txt', contentType: 'text/plain' });
const connector = (name: string) => draft({ name });
const count = async (name: string) => {
  const { items } = (await admin.get('/api/organizations?limit=200')).body as { items: { name: string }[] };
  return items.filter((item) => item.name === name).length;
};
/** What the table holds; there is no route for it. */
const rows = (sql: string) => app.get(DataSource).query<Record<string, unknown>[]>(sql);

it('gives the first answer again: status, headers and body, and does nothing', async () => {
  const key = randomUUID();
  const first = await admin.post('/api/connectors', connector('Once'), { headers: { 'idempotency-key': key } });
  const again = await admin.post('/api/connectors', connector('Once'), { headers: { 'idempotency-key': key } });
  expect(first.status).toBe(201);
  expect(again.status).toBe(201);
  expect(again.text).toBe(first.text);
  expect(again.headers['etag']).toBe(first.headers['etag']);
  expect(again.headers['content-type']).toBe(first.headers['content-type']);
  expect(again.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
  expect((await admin.get('/api/connectors?q=Once')).body.items).toHaveLength(1);
});

it('takes the same JSON in other white space for the same body', async () => {
  const key = randomUUID();
  const headers = { 'idempotency-key': key };
  const first = await admin.post('/api/organizations', '{"name":"Spaced"}', { headers });
  const again = await admin.post('/api/organizations', '{ "name" : "Spaced" }', { headers });
  expect(again).toMatchObject({ status: 201, body: { id: first.body.id } });
});

it('refuses another body under the same key', async () => {
  const key = randomUUID();
  await create(admin, { name: 'Mine' }, key);
  expect(await create(admin, { name: 'Other' }, key)).toMatchObject({
    status: 422,
    body: { code: 'idempotency_mismatch' },
  });
  expect(await count('Other')).toBe(0);
});

it('keeps keys of users, routes and organizations of tokens apart', async () => {
  const key = randomUUID();
  const other = await app.signIn('Beside');
  const headers = { 'idempotency-key': key };
  expect((await admin.post('/api/connectors', connector('Apart'), { headers })).status).toBe(201);
  expect((await other.post('/api/connectors', connector('Apart too'), { headers })).status).toBe(201);
  expect((await create(admin, { name: 'Apart' }, key)).status).toBe(201);
  const bound = await admin.withToken();
  expect((await bound.post('/api/connectors', connector('By token'), { headers })).status).toBe(201);
});

it('lets one of many parallel requests happen; the others wait or are told that it runs', async () => {
  const key = randomUUID();
  const answers = await Promise.all(Array.from({ length: 12 }, () => create(admin, { name: 'Parallel' }, key)));
  const created = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status !== 201);
  expect(new Set(created.map(({ body }) => body.id as string)).size).toBe(1);
  for (const answer of refused) expect(answer).toMatchObject({ status: 409, body: { code: 'idempotency_in_flight' } });
  expect(await count('Parallel')).toBe(1);
});

it('says that a request is still running, also for as long as that takes', async () => {
  const key = randomUUID();
  const blocker = app.get(DataSource).createQueryRunner();
  await blocker.startTransaction();
  await blocker.query('LOCK TABLE res_organization IN ACCESS EXCLUSIVE MODE');
  const running = create(admin, { name: 'Slow' }, key);
  while ((await rows('SELECT 1 FROM web_idempotency_key WHERE answer IS NULL')).length === 0);
  const meanwhile = await create(admin, { name: 'Slow' }, key);
  await blocker.rollbackTransaction();
  await blocker.release();
  expect(meanwhile).toMatchObject({ status: 409, body: { code: 'idempotency_in_flight' } });
  expect(meanwhile.headers['retry-after']).toBe('1');
  const first = await running;
  expect(first.status).toBe(201);
  expect(await create(admin, { name: 'Slow' }, key)).toMatchObject({ status: 201, body: { id: first.body.id } });
});

describe('a refusal', () => {
  it('that the same request would meet again is given again', async () => {
    const key = randomUUID();
    const first = await create(admin, { name: 7 }, key);
    const again = await create(admin, { name: 7 }, key);
    expect(first.status).toBe(400);
    expect(again.text).toBe(first.text);
    expect(again.headers['content-type']).toMatch(/^application\/problem\+json/);
  });

  it('that may pass is not kept: the request is tried anew', async () => {
    const key = randomUUID();
    await admin.post('/api/organizations', { name: 'Taken', slug: 'taken' });
    expect((await create(admin, { name: 'Again', slug: 'taken' }, key)).status).toBe(409);
    const { items } = (await admin.get('/api/organizations?limit=200')).body as {
      items: { id: string; slug: string }[];
    };
    const holder = items.find(({ slug }) => slug === 'taken');
    await admin.put(`/api/organizations/${holder?.id}`, { slug: 'given-up' });
    expect((await create(admin, { name: 'Again', slug: 'taken' }, key)).status).toBe(201);
  });

  it('by the guard takes no key', async () => {
    const key = randomUUID();
    const member = await app.signIn('Beside', 'member');
    expect((await create(member, { name: 'No' }, key)).status).toBe(403);
    expect((await create(app.anonymous(), { name: 'No' }, key)).status).toBe(401);
    expect(await rows('SELECT 1 FROM web_idempotency_key WHERE answer IS NULL')).toEqual([]);
  });
});

describe('the key', () => {
  it.each(['', ' ', 'a b', 'é', 'x'.repeat(256)])('%j is refused', async (key) => {
    const answer = await admin
      .raw('post', '/api/organizations')
      .set('idempotency-key', Buffer.from(key).toString('latin1'))
      .send({ name: 'Bad' });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: 'Idempotency-Key' }] } });
  });

  it('may have 255 visible characters', async () => {
    expect((await create(admin, { name: 'Long' }, '~'.repeat(255))).status).toBe(201);
  });

  it('is ignored where nothing is created', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    for (const name of ['A', 'B']) {
      expect((await admin.put(`/api/organizations/${admin.organizationId}`, { name }, { headers })).status).toBe(200);
    }
  });
});

describe('what is stored', () => {
  it('is an HMAC of the body and a sealed answer', async () => {
    const canary = `canary-${randomUUID()}`;
    const body = { ...connector('Canary'), param_ids: [{ key: 'note', value: canary }] };
    const key = `key-${randomUUID()}`;
    expect((await admin.post('/api/connectors', body, { headers: { 'idempotency-key': key } })).status).toBe(201);
    const dump = await rows(
      "SELECT encode(answer, 'escape') AS a, encode(body_mac, 'escape') AS m, encode(request_hash, 'escape') AS h FROM web_idempotency_key",
    );
    expect(dump.length).toBeGreaterThan(0);
    expect(JSON.stringify(dump)).not.toContain(canary);
    expect(JSON.stringify(dump)).not.toContain(key);
  });

  it('is forgotten after 24 hours', async () => {
    const key = randomUUID();
    await create(admin, { name: 'Aged' }, key);
    await rows("UPDATE web_idempotency_key SET expires_at = now() - interval '1 second'");
    expect((await create(admin, { name: 'Aged differently' }, key)).status).toBe(201);
  });

  it('by a request that died before it committed blocks its key only until its lease ends', async () => {
    const key = randomUUID();
    await create(admin, { name: 'Dead' }, key);
    await rows(
      `UPDATE web_idempotency_key SET answer = NULL, is_committed = false
       WHERE expires_at = (SELECT max(expires_at) FROM web_idempotency_key)`,
    );
    expect((await create(admin, { name: 'Dead' }, key)).status).toBe(409);
    await rows("UPDATE web_idempotency_key SET lease_until = now() - interval '1 second'");
    expect((await create(admin, { name: 'Alive' }, key)).status).toBe(422);
    expect((await create(admin, { name: 'Dead' }, key)).status).toBe(201);
  });
});

describe('a request whose answer was not kept', () => {
  const lost = { status: 409, body: { code: 'idempotency_answer_lost' } };
  const leaseEnds = () => rows('UPDATE web_idempotency_key SET lease_until = now() WHERE answer IS NULL');

  it('though it had committed is not carried out again', async () => {
    await rows(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$`);
    await rows(`CREATE TRIGGER refuse BEFORE UPDATE ON web_idempotency_key FOR EACH ROW
                WHEN (NEW.answer IS NOT NULL) EXECUTE FUNCTION refuse()`);
    const key = randomUUID();
    try {
      expect((await create(admin, { name: 'Kept' }, key)).status).toBe(201);
      expect((await uploadOnce(key)).status).toBe(201);
    } finally {
      await rows('DROP FUNCTION refuse CASCADE');
    }
    expect(await create(admin, { name: 'Kept' }, key)).toMatchObject({ body: { code: 'idempotency_in_flight' } });
    await leaseEnds();
    expect(await create(admin, { name: 'Kept' }, key)).toMatchObject(lost);
    expect(await create(admin, { name: 'Another' }, key)).toMatchObject({ status: 422 });
    expect(await count('Kept')).toBe(1);
    expect(await uploadOnce(key)).toMatchObject(lost);
    expect(await rows(`SELECT state FROM storage_document`)).toHaveLength(1);
  });

  it('as it failed after its commit is not carried out again', async () => {
    const key = randomUUID();
    const ask = () => admin.post('/api/breaking', {}, { headers: { 'idempotency-key': key } });
    expect((await ask()).status).toBe(500);
    expect(await ask()).toMatchObject(lost);
  });

  it('and whose key another one has by now commits nothing', async () => {
    const key = randomUUID();
    const blocker = app.get(DataSource).createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('LOCK TABLE res_organization IN ACCESS EXCLUSIVE MODE');
    const running = create(admin, { name: 'Overtaken' }, key);
    while ((await rows('SELECT 1 FROM web_idempotency_key WHERE answer IS NULL AND NOT is_committed')).length === 0);
    await rows(`UPDATE web_idempotency_key SET owner = gen_random_uuid() WHERE answer IS NULL AND NOT is_committed`);
    await blocker.rollbackTransaction();
    await blocker.release();
    expect(await running).toMatchObject({ status: 409, body: { code: 'idempotency_in_flight' } });
    expect(await count('Overtaken')).toBe(0);
  });
});
