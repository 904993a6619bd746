import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { randomUUID } from 'node:crypto';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { draft, ENDPOINT } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  admin = await app.setUp();
});
afterAll(() => app.close());

describe('creating', () => {
  it('stores an incomplete draft and answers it masked, with an ETag', async () => {
    const answer = await admin.post(
      '/api/connectors',
      draft({
        param_ids: [
          { key: 'secret_key', value: 'top' },
          { key: 'bucket', value: 'acme' },
        ],
      }),
    );
    expect(answer.status).toBe(201);
    expect(answer.headers['etag']).toBe('"1"');
    expect(answer.body).toMatchObject({
      name: 'Scripted',
      category: 'storage',
      provider_type: 'scripted',
      is_enabled: false,
      is_default: false,
      is_routing: false,
      status: 'draft',
      status_message: null,
      last_tested_at: null,
      has_legacy_config: false,
      provider: { display_name: 'Scripted', available: true, logo_url: null },
      version: 1,
    });
    const [secret, bucket] = answer.body.param_ids;
    expect(secret).toMatchObject({
      key: 'secret_key',
      is_secret: true,
      is_set: true,
      value_type: 'text',
      file_id: null,
      sequence: 10,
    });
    expect(secret).not.toHaveProperty('value');
    expect(bucket).toMatchObject({ key: 'bucket', value: 'acme', is_secret: false });
  });

  it.each([
    [{ category: 'nothing' }, 'unknown_category', '/category'],
    [{ provider_type: 'nothing' }, 'unknown_provider', '/provider_type'],
    [{ param_ids: [{ key: 'timeout', value: 'soon' }] }, 'invalid_param', '/param_ids/0/value'],
    [{ param_ids: [{ key: 'timeout', value: '61' }] }, 'invalid_param', '/param_ids/0/value'],
    [{ param_ids: [{ key: 'mode', value: 'odd' }] }, 'invalid_param', '/param_ids/0/value'],
    [{ param_ids: [{ key: 'bucket', value: 'NO' }] }, 'invalid_param', '/param_ids/0/value'],
    [{ param_ids: [{ key: 'endpoint', value: 'https://u:p@h.example' }] }, 'invalid_param', '/param_ids/0/value'],
    [{ param_ids: [{ key: 'service_account', value: '{' }] }, 'invalid_param', '/param_ids/0/value'],
  ])('refuses %j with 422', async (change, code, pointer) => {
    const answer = await admin.post('/api/connectors', draft(change));
    expect(answer).toMatchObject({ status: 422, body: { code, errors: [{ pointer }] } });
  });

  it.each([
    [{ name: '' }, '/name'],
    [{ name: 'a\u0007b' }, '/name'],
    [{ name: 'x'.repeat(256) }, '/name'],
    [{ status: 'connected' }, '/status'],
    [{ is_default: 'yes' }, '/is_default'],
    [{ organization_id: 'no' }, '/organization_id'],
    [{ param_ids: [{ key: 'a.__proto__.b', value: 'x' }] }, '/param_ids/0/key'],
    [
      {
        param_ids: [
          { key: 'a', value: '1' },
          { key: 'a', value: '2' },
        ],
      },
      '/param_ids/1/key',
    ],
    [
      {
        param_ids: [
          { key: 'a', value: '1' },
          { key: 'a.b', value: '2' },
        ],
      },
      '/param_ids/0/key',
    ],
    [{ param_ids: [{ key: 'secret_key', value: null }] }, '/param_ids/0/value'],
    [{ param_ids: [{ key: 'bucket', value: 5 }] }, '/param_ids/0/value'],
    [{ param_ids: [{ key: 'note', value: 'é'.repeat(33_000) }] }, '/param_ids/0/value'],
  ])('refuses a malformed body with 400 (case %#)', async (change, pointer) => {
    const answer = await admin.post('/api/connectors', draft(change));
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('refuses 501 params', async () => {
    const many = Array.from({ length: 501 }, (_, index) => ({ key: `p${index}`, value: 'x' }));
    expect((await admin.post('/api/connectors', draft({ param_ids: many }))).status).toBe(400);
  });

  it('answers 404 for a foreign organization', async () => {
    expect((await admin.post('/api/connectors', draft({ organization_id: randomUUID() }))).status).toBe(404);
  });

  it('gives the first answer again for a repeated Idempotency-Key', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await admin.post('/api/connectors', draft({ name: 'Once' }), { headers });
    const again = await admin.post('/api/connectors', draft({ name: 'Once' }), { headers });
    expect(again).toMatchObject({ status: 201, body: { id: first.body.id } });
    expect((await admin.post('/api/connectors', draft({ name: 'Other' }), { headers })).status).toBe(422);
  });
});

describe('updating', () => {
  const create = async (change: object = {}) =>
    (
      await admin.post(
        '/api/connectors',
        draft({
          param_ids: [
            { key: 'endpoint', value: ENDPOINT },
            { key: 'bucket', value: 'acme', sequence: 20 },
            { key: 'secret_key', value: 'top', sequence: 30 },
          ],
          ...change,
        }),
      )
    ).body;

  it('changes nothing when an answer of GET is sent back', async () => {
    const { id } = await create();
    await admin.post(`/api/connectors/${id}/test`, {});
    const before = (await admin.get(`/api/connectors/${id}`)).body;
    const after = await admin.put(`/api/connectors/${id}`, before);
    expect(after).toMatchObject({ status: 200, body: before });
  });

  it('keeps a secret whose value is left out and removes a key that is missing from PUT', async () => {
    const { id } = await create();
    const answer = await admin.put(`/api/connectors/${id}`, {
      param_ids: [{ key: 'endpoint' }, { key: 'secret_key' }],
    });
    expect(answer.body.param_ids.map((param: { key: string }) => param.key)).toEqual(['endpoint', 'secret_key']);
    expect(await app.configOf(id)).toEqual({ endpoint: ENDPOINT, secret_key: 'top' });
  });

  it('merges by key with PATCH, and clears', async () => {
    const { id } = await create();
    await admin.patch(`/api/connectors/${id}`, {
      param_ids: [
        { key: 'bucket', clear: true },
        { key: 'verbose', value: 'true' },
      ],
    });
    expect(await app.configOf(id)).toEqual({ endpoint: ENDPOINT, secret_key: 'top', verbose: true });
  });

  it('raises the version with a stored change only, and sets a tested connector back to draft when its config changes', async () => {
    const { id } = await create();
    await admin.post(`/api/connectors/${id}/test`, {});
    const renamed = await admin.put(`/api/connectors/${id}`, { name: 'Renamed' });
    expect(renamed.body).toMatchObject({ version: 2, status: 'connected', name: 'Renamed' });
    const changed = await admin.patch(`/api/connectors/${id}`, { param_ids: [{ key: 'bucket', value: 'other' }] });
    expect(changed.body).toMatchObject({ version: 3, status: 'draft' });
    const same = await admin.patch(`/api/connectors/${id}`, { param_ids: [{ key: 'bucket', value: 'other' }] });
    expect(same.body.version).toBe(3);
  });

  it('judges a body with a version by it first', async () => {
    const { id } = await create();
    const read = (await admin.get(`/api/connectors/${id}`)).body;
    await admin.post(`/api/connectors/${id}/test`, {});
    expect((await admin.put(`/api/connectors/${id}`, read)).status).toBe(200);
    await admin.put(`/api/connectors/${id}`, { name: 'Moved' });
    expect(await admin.put(`/api/connectors/${id}`, read)).toMatchObject({
      status: 412,
      body: { code: 'stale_version' },
    });
  });

  it('refuses a differing read-only field without a version, and a fixed one also with it', async () => {
    const { id } = await create();
    const bare = await admin.put(`/api/connectors/${id}`, { status: 'connected' });
    expect(bare).toMatchObject({ status: 400, body: { code: 'read_only', errors: [{ pointer: '/status' }] } });
    expect((await admin.put(`/api/connectors/${id}`, { version: 1, status: 'connected' })).status).toBe(200);
    for (const change of [
      { is_enabled: true },
      { category: 'email' },
      { provider_type: 'aws_s3' },
      { organization_id: randomUUID() },
    ]) {
      expect(await admin.put(`/api/connectors/${id}`, { version: 1, ...change })).toMatchObject({
        status: 400,
        body: { code: 'read_only' },
      });
    }
  });

  it('honours If-Match on PUT, PATCH and DELETE', async () => {
    const { id } = await create();
    const stale = { headers: { 'if-match': '"7"' } };
    expect((await admin.put(`/api/connectors/${id}`, { name: 'x' }, stale)).status).toBe(412);
    expect((await admin.patch(`/api/connectors/${id}`, { name: 'x' }, stale)).status).toBe(412);
    expect((await admin.delete(`/api/connectors/${id}`, stale)).status).toBe(412);
    expect(
      (await admin.put(`/api/connectors/${id}`, { name: 'x' }, { headers: { 'if-match': '"1"' } })).headers['etag'],
    ).toBe('"2"');
  });

  it('lets one of two PUTs with one If-Match win', async () => {
    const { id } = await create();
    const headers = { 'if-match': '"1"' };
    const answers = await Promise.all(
      [1, 2].map((n) => admin.put(`/api/connectors/${id}`, { name: `n${n}` }, { headers })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('binds secrets to their target: a changed endpoint needs them again, and nothing changes without', async () => {
    const { id } = await create();
    const refused = await admin.patch(`/api/connectors/${id}`, {
      param_ids: [{ key: 'endpoint', value: 'https://evil.example' }],
    });
    expect(refused).toMatchObject({ status: 422, body: { code: 'secret_required' } });
    const read = (await admin.get(`/api/connectors/${id}`)).body;
    const roundTrip = {
      ...read,
      param_ids: read.param_ids.map((param: { key: string }) =>
        param.key === 'endpoint' ? { ...param, value: 'https://evil.example' } : param,
      ),
    };
    expect((await admin.put(`/api/connectors/${id}`, roundTrip)).body.code).toBe('secret_required');
    expect(await app.configOf(id)).toMatchObject({ endpoint: ENDPOINT, secret_key: 'top' });
    const moved = await admin.patch(`/api/connectors/${id}`, {
      param_ids: [
        { key: 'endpoint', value: 'https://new.example' },
        { key: 'secret_key', value: 'fresh' },
      ],
    });
    expect(moved.status).toBe(200);
  });

  it('keeps every byte of a value', async () => {
    const { id } = await create();
    const value = ' \tline\r\n— 😀 "quoted" \\ ';
    await admin.patch(`/api/connectors/${id}`, { param_ids: [{ key: 'note', value }] });
    expect(await app.configOf(id)).toMatchObject({ note: value });
  });

  it('answers unknown and malformed ids', async () => {
    expect((await admin.put(`/api/connectors/${randomUUID()}`, { name: 'x' })).status).toBe(404);
    expect(await admin.put('/api/connectors/nope', { name: 'x' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_id' },
    });
  });
});

describe('legacy config', () => {
  it('is written whole, masked leaf by leaf, used only while no params exist, and removed by null', async () => {
    const config = { endpoint: ENDPOINT, nested: { api_key: 'k', name: 'n' } };
    const created = (await admin.post('/api/connectors', draft({ config, param_ids: [] }))).body;
    expect(created).toMatchObject({ has_legacy_config: true });
    expect(created).not.toHaveProperty('config');
    const masked = (await admin.get(`/api/connectors/${created.id}/config`)).body;
    expect(masked).toEqual({
      success: true,
      config: { endpoint: ENDPOINT, nested: { name: 'n' } },
      secrets: ['nested.api_key'],
    });
    expect(await app.configOf(created.id)).toEqual(config);
    await admin.patch(`/api/connectors/${created.id}`, { param_ids: [{ key: 'bucket', value: 'abc' }] });
    expect(await app.configOf(created.id)).toEqual({ bucket: 'abc' });
    const removed = await admin.put(`/api/connectors/${created.id}`, { config: null });
    expect(removed.body.has_legacy_config).toBe(false);
  });

  it('can be replaced and removed when it is damaged', async () => {
    const damage = `UPDATE ir_connector SET config = set_byte(config, 40, get_byte(config, 40) # 1) WHERE id = $1`;
    const { id } = (await admin.post('/api/connectors', draft({ config: { endpoint: ENDPOINT }, param_ids: [] }))).body;
    await app.get(DataSource).query(damage, [id]);
    expect((await admin.get(`/api/connectors/${id}/config`)).body).toMatchObject({ code: 'secret_unreadable' });
    const replaced = await admin.patch(`/api/connectors/${id}`, { config: { endpoint: 'https://other.example' } });
    expect(replaced).toMatchObject({ status: 200, body: { has_legacy_config: true } });
    expect(await app.configOf(id)).toEqual({ endpoint: 'https://other.example' });
    await app.get(DataSource).query(damage, [id]);
    const removed = await admin.patch(`/api/connectors/${id}`, { config: null });
    expect(removed).toMatchObject({ status: 200, body: { has_legacy_config: false } });
  });
});

describe('deleting', () => {
  it('answers 204, and 404 afterwards', async () => {
    const { id } = (await admin.post('/api/connectors', draft())).body;
    expect((await admin.delete(`/api/connectors/${id}`)).status).toBe(204);
    expect((await admin.get(`/api/connectors/${id}`)).status).toBe(404);
    expect((await admin.delete(`/api/connectors/${id}`)).status).toBe(404);
  });
});
