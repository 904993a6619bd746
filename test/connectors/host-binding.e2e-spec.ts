import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';
import { uploaded } from '../storage/documents.js';

const ENDPOINT = 'https://storage.example';
const EVIL = 'https://evil.example';
type Param = Readonly<Record<string, unknown>>;

let app: TestApp;
let admin: TestClient;
beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  admin = await app.setUp();
});
afterAll(() => app.close());

const base: readonly Param[] = [
  { key: 'endpoint', value: ENDPOINT },
  { key: 'secret_key', value: 'kept' },
];

async function create(more: readonly Param[] = []): Promise<string> {
  return (await admin.createConnector({ provider_type: 'scripted', param_ids: [...base, ...more] })).id;
}

const patch = (id: string, ...param_ids: Param[]) => admin.patch(`/api/connectors/${id}`, { param_ids });
const required = (...pointers: string[]) => ({
  status: 422,
  body: { code: 'secret_required', errors: pointers.map((pointer) => ({ pointer })) },
});

describe('the value that a field has by default', () => {
  it('is the same target, written out or left out', async () => {
    const id = await create();
    expect((await patch(id, { key: 'region', value: 'us-east-1' })).status).toBe(200);
    expect((await patch(id, { key: 'region', clear: true })).status).toBe(200);
    expect(await app.configOf(id)).toMatchObject({ secret_key: 'kept' });
  });

  it('left for another one is another target, and coming back to it as well', async () => {
    const id = await create();
    expect((await patch(id, { key: 'region', value: 'eu-west-1' })).body.code).toBe('secret_required');
    const moved = await patch(id, { key: 'region', value: 'eu-west-1' }, { key: 'secret_key', value: 'fresh' });
    expect(moved.status).toBe(200);
    expect((await patch(id, { key: 'region', clear: true })).body.code).toBe('secret_required');
    expect(await app.configOf(id)).toMatchObject({ region: 'eu-west-1', secret_key: 'fresh' });
  });
});

describe('the target', () => {
  it.each([
    ['another host', EVIL],
    ['a longer name', `${ENDPOINT}.evil.example`],
    ['another port', `${ENDPOINT}:8443`],
    ['no TLS', ENDPOINT.replace('https', 'http')],
    ['another path', `${ENDPOINT}/elsewhere`],
  ])('is another one with %s', async (_name, value) => {
    const id = await create();
    expect(await patch(id, { key: 'endpoint', value })).toMatchObject({
      status: 422,
      body: { code: 'secret_required' },
    });
  });

  it('must not vanish, nor come back as another one', async () => {
    const id = await create();
    expect((await patch(id, { key: 'endpoint', clear: true })).body.code).toBe('secret_required');
    const kept = { param_ids: [{ key: 'secret_key' }] };
    expect((await admin.put(`/api/connectors/${id}`, kept)).body.code).toBe('secret_required');
    expect(await app.configOf(id)).toEqual({ endpoint: ENDPOINT, secret_key: 'kept' });
  });

  it('may change together with the removal of every secret', async () => {
    const id = await create();
    const moved = await patch(id, { key: 'endpoint', value: EVIL }, { key: 'secret_key', clear: true });
    expect(moved.status).toBe(200);
    expect(await app.configOf(id)).toEqual({ endpoint: EVIL });
  });

  it('asks for an undeclared secret and one that was raised, too', async () => {
    const id = await create([
      { key: 'custom_token', value: 'kept' },
      { key: 'note', value: 'kept', is_secret: true },
    ]);
    const answer = await patch(id, { key: 'endpoint', value: EVIL }, { key: 'secret_key', value: 'fresh' });
    expect(answer.body.code).toBe('secret_required');
    expect(answer.body.errors).toHaveLength(2);
  });
});

describe('a secret in a file', () => {
  const file = async () => (await uploaded(admin, 'certificate', { fields: { purpose: 'config' } })).id as string;

  it('needs another file for another target; the same id is not enough', async () => {
    const certificate = await file();
    const id = await create([{ key: 'certificate', value_type: 'file', file_id: certificate }]);
    const move = (...params: Param[]) =>
      patch(id, { key: 'endpoint', value: EVIL }, { key: 'secret_key', value: 'fresh' }, ...params);
    expect((await move()).body).toMatchObject({ code: 'secret_required' });
    const again = await move({ key: 'certificate', value_type: 'file', file_id: certificate });
    expect(again.body.code).toBe('secret_required');
    expect(await app.configOf(id)).toMatchObject({ endpoint: ENDPOINT, secret_key: 'kept' });
    const moved = await move({ key: 'certificate', value_type: 'file', file_id: await file() });
    expect(moved.status).toBe(200);
  });

  it('is of the param that named it first: no other one, no other connector and no draft has it sent elsewhere', async () => {
    const file_id = await file();
    const certificate = { key: 'certificate', value_type: 'file', file_id };
    const elsewhere = [{ key: 'endpoint', value: EVIL }, certificate];
    const draftTest = (rest: object = {}) =>
      admin.post('/api/connectors/test', {
        category: 'storage',
        provider_type: 'scripted',
        param_ids: elsewhere,
        ...rest,
      });
    expect((await draftTest()).status).toBe(200); // a form is tested before it is saved
    const id = await create([certificate]);

    const pointer = '/param_ids/1/file_id';
    const refused = { status: 422, body: { code: 'invalid_param', errors: [{ pointer }] } };
    expect(await admin.post('/api/connectors', draft({ param_ids: elsewhere }))).toMatchObject(refused);
    expect(await draftTest()).toMatchObject(refused);
    const other = await create();
    expect(await patch(other, { key: 'note', value: 'a' }, certificate)).toMatchObject(refused);
    expect(await patch(id, { key: 'note', value: 'a' }, { ...certificate, key: 'another' })).toMatchObject(refused);

    expect((await patch(id, certificate)).status).toBe(200);
    expect((await draftTest({ connector_id: id, param_ids: [certificate] })).status).toBe(200);
    expect((await admin.delete(`/api/connectors/${id}`)).status).toBe(204);
    expect(await draftTest()).toMatchObject(refused);
  });

  it('that is not saved yet is of whoever uploaded it; only what all may read anyway may be named by all', async () => {
    const rival = await app.signIn('First');
    const other = (await rival.createConnector({ provider_type: 'scripted', param_ids: base })).id as string;
    const elsewhere = (file_id: unknown) => [
      { key: 'endpoint', value: EVIL },
      { key: 'certificate', value_type: 'file', file_id },
      { key: 'secret_key', value: 'fresh' },
    ];
    const draftTest = (file_id: unknown, rest: object = {}) =>
      rival.post('/api/connectors/test', {
        category: 'storage',
        provider_type: 'scripted',
        param_ids: elsewhere(file_id),
        ...rest,
      });
    const save = (file_id: unknown) => rival.post('/api/connectors', draft({ param_ids: elsewhere(file_id) }));

    const unsaved = await file();
    const answers = [
      await draftTest(unsaved),
      await draftTest(unsaved, { connector_id: other }),
      await rival.patch(`/api/connectors/${other}`, { param_ids: elsewhere(unsaved) }),
      await rival.put(`/api/connectors/${other}`, { param_ids: elsewhere(unsaved) }),
      await save(unsaved),
    ];
    for (const answer of answers)
      expect(answer).toMatchObject({
        status: 422,
        body: { code: 'invalid_param', errors: [{ pointer: '/param_ids/1/file_id' }] },
      });
    await create([{ key: 'certificate', value_type: 'file', file_id: unsaved }]);

    const readable = await uploaded(admin, 'certificate');
    const own = await uploaded(await rival.withToken(), 'certificate', { fields: { purpose: 'config' } });
    for (const { id } of [readable, own]) {
      expect((await draftTest(id)).status).toBe(200);
      expect((await save(id)).status).toBe(201);
    }
  });

  it('that two connectors name at once goes to one of them', async () => {
    const certificate = { key: 'certificate', value_type: 'file', file_id: await file() };
    const save = () => admin.post('/api/connectors', draft({ param_ids: [certificate] }));
    const statuses = (await Promise.all([save(), save(), save()])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([201, 422, 422]);
  });
});

describe('a refusal', () => {
  it('names each secret where it stands in the request, and changes nothing', async () => {
    const id = await create([{ key: 'headers.authorization', value: 'kept' }]);
    const { param_ids, version } = await admin.readConnector(id);
    const moved = param_ids.map((param: Param) => (param['key'] === 'endpoint' ? { ...param, value: EVIL } : param));
    const answer = await admin.put(`/api/connectors/${id}`, { param_ids: moved });
    const at = (key: string) => `/param_ids/${moved.findIndex((param: Param) => param['key'] === key)}/value`;
    expect(answer).toMatchObject(required(at('secret_key'), at('headers.authorization')));
    expect(answer.text).not.toContain('evil');
    expect(await admin.readConnector(id)).toMatchObject({ version, param_ids });
  });
});
