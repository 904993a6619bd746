import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  admin = await app.setUp();
});
afterAll(() => app.close());

const create = (client: TestClient, body: object, key: string) =>
  client.post('/api/organizations', body, { headers: { 'idempotency-key': key } });
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

  it('by a request that died blocks its key only until its lease ends', async () => {
    const key = randomUUID();
    await create(admin, { name: 'Dead' }, key);
    await rows(
      'UPDATE web_idempotency_key SET answer = NULL WHERE expires_at = (SELECT max(expires_at) FROM web_idempotency_key)',
    );
    expect((await create(admin, { name: 'Dead' }, key)).status).toBe(409);
    await rows("UPDATE web_idempotency_key SET lease_until = now() - interval '1 second'");
    expect((await create(admin, { name: 'Alive' }, key)).status).toBe(422);
    expect((await create(admin, { name: 'Dead' }, key)).status).toBe(201);
  });
});
