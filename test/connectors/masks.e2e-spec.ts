import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { complete, draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

const SECRET = 'top-secret-value';
/** What products show in place of a secret. */
const MASK = /[•●∙]{2,}|\*{3,}|x{6,}|\[\w+\]|<(secret|hidden|redacted)>|__\w+__/i;

let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  admin = await app.setUp();
});
afterAll(() => app.close());

interface Param {
  readonly key: string;
  readonly is_secret: boolean;
  readonly is_set: boolean;
}

async function create(change: object = {}): Promise<string> {
  const param_ids = [...complete(), { key: 'proxy.api_token', value: `${SECRET}-2` }];
  return (await admin.createConnector(draft({ param_ids, ...change }))).id as string;
}

const STORED = { secret_key: SECRET, proxy: { api_token: `${SECRET}-2` } };

describe('a secret that is read', () => {
  it.each([
    ['alone', (id: string) => `/api/connectors/${id}`],
    ['in a list', () => '/api/connectors'],
    ['as config', (id: string) => `/api/connectors/${id}/config`],
    ['with its checks', (id: string) => `/api/connectors/${id}/checks`],
    ['with its audit rows', (id: string) => `/api/connectors/${id}/audit`],
  ])('has no text in its place that could be sent back: %s', async (_how, path) => {
    const id = await create();
    await admin.post(`/api/connectors/${id}/test`);
    const answer = await admin.get(path(id));
    expect(answer.status).toBe(200);
    expect(answer.text).not.toMatch(MASK);
    expect(answer.text).not.toContain(SECRET);
  });

  it('has no value, only whether it is set', async () => {
    const { param_ids } = await admin.readConnector(await create());
    const secrets = (param_ids as Param[]).filter(({ is_secret }) => is_secret);
    expect(secrets.map(({ key }) => key).sort()).toEqual(['proxy.api_token', 'secret_key']);
    for (const param of secrets) {
      expect(param).not.toHaveProperty('value');
      expect(param.is_set).toBe(true);
    }
  });
});

describe('a secret that is sent back as it was read', () => {
  it.each(['put', 'patch'] as const)('is kept: %s', async (method) => {
    const id = await create();
    const read = await admin.readConnector(id);
    expect(await admin[method](`/api/connectors/${id}`, read)).toMatchObject({ status: 200, body: read });
    expect(await app.configOf(id)).toMatchObject(STORED);
  });

  it('is kept beside another change', async () => {
    const id = await create();
    const read = await admin.readConnector(id);
    const param_ids = [...(read.param_ids as object[]), { key: 'bucket', value: 'acme' }];
    expect((await admin.put(`/api/connectors/${id}`, { ...read, name: 'Renamed', param_ids })).status).toBe(200);
    expect(await app.configOf(id)).toMatchObject({ ...STORED, bucket: 'acme' });
  });

  it('is kept when a list item is sent back', async () => {
    const id = await create({ name: 'Listed alone' });
    const [item] = (await admin.get('/api/connectors?q=Listed%20alone')).body.items as object[];
    expect((await admin.put(`/api/connectors/${id}`, item)).status).toBe(200);
    expect(await app.configOf(id)).toMatchObject(STORED);
  });

  it('is kept when the config is read and imported again', async () => {
    const id = await create();
    const { config } = (await admin.get(`/api/connectors/${id}/config`)).body as { config: object };
    const wanted = { json_data: config, mode: 'merge' };
    expect((await admin.post(`/api/connectors/${id}/import-config`, wanted)).status).toBe(200);
    expect(await app.configOf(id)).toMatchObject(STORED);
  });
});

describe('a text that looks like a mask (no answer shows one in place of a value)', () => {
  it.each(['[secret]', '••••••', '********', '***', '__SECRET__', 'null', 'undefined'])(
    'has no meaning, it is the secret: %s',
    async (value) => {
      const id = await create();
      expect((await admin.patch(`/api/connectors/${id}`, { param_ids: [{ key: 'secret_key', value }] })).status).toBe(
        200,
      );
      expect(await app.configOf(id)).toMatchObject({ ...STORED, secret_key: value });
    },
  );
});
