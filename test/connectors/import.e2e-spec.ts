import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

const MANY = Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`k${index}`, 'x']));

const create = async (params: object[] = []) =>
  (await admin.post('/api/connectors', draft({ param_ids: params }))).body.id as string;
const load = (id: string, body: object) => admin.post(`/api/connectors/${id}/import-config`, body);
const keys = (params: { key: string }[]) => params.map(({ key }) => key);

describe('importing a config', () => {
  it('flattens nested JSON after the provider unwrapped it, numbered 10, 20, …, nulls and empty containers skipped', async () => {
    const id = await create([{ key: 'old', value: 'x' }]);
    const json = {
      endpoint: ENDPOINT,
      redirect_uris: ['a', 'b'],
      n: 3,
      ok: true,
      none: null,
      empty: {},
      client_secret: 's',
    };
    const answer = await load(id, { json_data: { installed: json } });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        success: true,
        imported: ['endpoint', 'redirect_uris.0', 'redirect_uris.1', 'n', 'ok', 'client_secret'],
        removed: ['old'],
        skipped: ['none', 'empty'],
      },
    });
    expect(answer.body.param_ids.map((param: { sequence: number }) => param.sequence)).toEqual([
      10, 20, 30, 40, 50, 60,
    ]);
    expect(answer.body.param_ids.at(-1)).not.toHaveProperty('value');
    expect(await app.configOf(id)).toEqual({
      endpoint: ENDPOINT,
      redirect_uris: ['a', 'b'],
      n: '3',
      ok: 'true',
      client_secret: 's',
    });
  });

  it('keeps a field declared as JSON as JSON text', async () => {
    const id = await create();
    await load(id, { json_data: { service_account: { type: 'x', private_key: 'k' } } });
    expect(await app.configOf(id)).toEqual({ service_account: '{"type":"x","private_key":"k"}' });
  });

  it('takes a file as base64', async () => {
    const id = await create();
    const file_content = Buffer.from(JSON.stringify({ bucket: 'from-file' })).toString('base64');
    const answer = await load(id, { file_content, file_name: 'config.json', file_mime: 'application/json' });
    expect(answer.body).toMatchObject({ success: true, imported: ['bucket'] });
  });

  it('merges: other keys stay, an imported array is replaced whole', async () => {
    const id = await create([
      { key: 'bucket', value: 'abc' },
      { key: 'list.0', value: '1' },
      { key: 'list.1', value: '2' },
    ]);
    const answer = await load(id, { json_data: { list: ['9'] }, mode: 'merge' });
    expect(answer.body).toMatchObject({ imported: ['list.0'], removed: ['list.1'] });
    expect(await app.configOf(id)).toEqual({ bucket: 'abc', list: ['9'] });
  });

  it('tells in a dry run what it would do, and does nothing', async () => {
    const id = await create([{ key: 'bucket', value: 'abc' }]);
    const answer = await load(id, { json_data: { endpoint: ENDPOINT }, dry_run: true });
    expect(answer.body).toMatchObject({ imported: ['endpoint'], removed: ['bucket'] });
    expect(keys(answer.body.param_ids)).toEqual(['endpoint']);
    expect(await app.configOf(id)).toEqual({ bucket: 'abc' });
    expect((await admin.get(`/api/connectors/${id}`)).body.version).toBe(1);
  });

  it('sets a tested connector back to draft', async () => {
    const id = await create([
      { key: 'endpoint', value: ENDPOINT },
      { key: 'secret_key', value: 's' },
    ]);
    await admin.post(`/api/connectors/${id}/test`, {});
    await load(id, { json_data: { endpoint: ENDPOINT, secret_key: 's', bucket: 'abc' } });
    expect((await admin.get(`/api/connectors/${id}`)).body).toMatchObject({ status: 'draft', version: 2 });
  });

  it('asks for kept secrets when a merge moves the target', async () => {
    const id = await create([
      { key: 'endpoint', value: ENDPOINT },
      { key: 'secret_key', value: 's' },
    ]);
    const answer = await load(id, { json_data: { endpoint: 'https://evil.example' }, mode: 'merge' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'secret_required' } });
    expect(await app.configOf(id)).toEqual({ endpoint: ENDPOINT, secret_key: 's' });
  });

  it.each([
    [{}, 400, 'invalid_import'],
    [{ json_data: {}, file_content: 'e30=' }, 400, 'invalid_import'],
    [{ file_content: '***' }, 400, 'invalid_import'],
    [{ file_content: Buffer.from('[1]').toString('base64') }, 400, 'invalid_import'],
    [{ file_content: Buffer.from('{"a":"\\u0000"}').toString('base64') }, 400, 'invalid_import'],
    [{ json_data: [] }, 400, 'invalid_input'],
    [{ json_data: { 'a b': 1 } }, 400, 'invalid_input'],
    [{ json_data: { 'a.b': 1, a: { b: 2 } } }, 400, 'invalid_input'],
    [{ json_data: { boom: 1 } }, 422, 'import_refused'],
    [{ json_data: { timeout: 'soon' } }, 422, 'invalid_param'],
    [{ json_data: { bucket: 'x'.repeat(65_537) } }, 400, 'invalid_input'],
  ])('refuses a bad one whole (case %#)', async (body, status, code) => {
    const id = await create([{ key: 'bucket', value: 'abc' }]);
    expect(await load(id, body)).toMatchObject({ status, body: { code } });
    expect(await app.configOf(id)).toEqual({ bucket: 'abc' });
  });

  it.each([
    ['a value that does not fit', { timeout: 'soon' }, '/json_data/timeout'],
    ['one that the provider unwrapped', { installed: { timeout: 'soon' } }, '/json_data/timeout'],
    ['a nested one', { none: null, other: { links: ['https://u:p@x.example'] } }, '/json_data/other/links/0'],
    ['one that is too long', { none: null, bucket: 'x'.repeat(65_537) }, '/json_data/bucket'],
    ['a key that is taken as a branch', { region: 'x', list: 'x' }, '/json_data/list'],
    ['a kept secret that the file lacks', { endpoint: 'https://evil.example' }, '/json_data'],
    ['too many', MANY, '/json_data'],
  ])('points into the file at what it refuses: %s', async (_what, json_data, pointer) => {
    const id = await create([
      { key: 'endpoint', value: ENDPOINT },
      { key: 'secret_key', value: 's' },
      { key: 'list.0', value: '1' },
    ]);
    const { errors } = (await load(id, { json_data, mode: 'merge' })).body as { errors?: { pointer: string }[] };
    expect(errors?.map((issue) => issue.pointer)).toEqual([pointer]);
  });

  it('takes a body of 2 MiB, which other routes refuse', async () => {
    const id = await create();
    const json_data = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, 'x'.repeat(60_000)]));
    expect((await load(id, { json_data })).status).toBe(200);
    expect((await admin.put(`/api/connectors/${id}`, { config: json_data })).status).toBe(413);
  });
});
