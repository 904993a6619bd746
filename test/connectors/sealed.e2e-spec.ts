import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';
import { startRestarted, type Restarted } from '../support/restarted-app.js';
import { complete, draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

let restarted: Restarted;
let app: TestApp;
let admin: TestClient;
let id: string;

beforeAll(async () => {
  restarted = await startRestarted({
    after: { EDE_MASTER_KEY: randomBytes(32).toString('base64') },
    imports: [ScriptedModule],
    prepare: async (earlier) => {
      id = String((await earlier.createConnector(draft({ param_ids: complete() })))['id']);
      expect((await earlier.post(`/api/connectors/${id}/test`, {})).body).toMatchObject({ success: true });
    },
  });
  ({ app, admin } = restarted);
});
afterAll(() => restarted.close());

/** All that a request about connectors can change. */
const stored = async (): Promise<string> => {
  const tables = ['ir_connector', 'ir_connector_param', 'ir_connector_check', 'ir_connector_oauth_state'];
  const rows = tables.map((table) => app.get(DataSource).query(`SELECT t::text FROM ${table} t ORDER BY 1`));
  return JSON.stringify(await Promise.all(rows));
};
const PROVIDER = { category: 'storage', provider_type: 'scripted' };
const path = (rest = '') => `/api/connectors/${id}${rest}`;

const REQUESTS: readonly (readonly [name: string, request: () => Promise<Answer>])[] = [
  ['the list', () => admin.get('/api/connectors')],
  ['a connector', () => admin.get(path())],
  ['a new one', () => admin.post('/api/connectors', draft({ param_ids: complete() }))],
  ['a change', () => admin.put(path(), { name: 'Changed' })],
  ['a merged change', () => admin.patch(path(), { param_ids: [{ key: 'region', value: 'eu-central-1' }] })],
  ['the default', () => admin.patch(path(), { is_default: true })],
  ['a test', () => admin.post(path('/test'), {})],
  [
    'the test of a changed draft',
    () => admin.post('/api/connectors/test', { ...PROVIDER, connector_id: id, param_ids: [] }),
  ],
  ['the switch on', () => admin.post(path('/activate'))],
  ['the switch off', () => admin.post(path('/deactivate'))],
  ['an import', () => admin.post(path('/import-config'), { json_data: { bucket: 'other' } })],
  ['the config', () => admin.get(path('/config'))],
  ['a command by name', () => admin.post('/api/commands/ir.connector.activate', { record_id: id })],
];

describe('a sealed server', () => {
  it.each(REQUESTS)('answers 503 to %s, and changes nothing', async (_name, request) => {
    const before = await stored();
    expect((await request()).body).toMatchObject({ status: 503, code: 'sealed' });
    expect(await stored()).toBe(before);
  });

  it('tests a draft that needs nothing of what is stored', async () => {
    const answer = await admin.post('/api/connectors/test', { ...PROVIDER, param_ids: complete() });
    expect(answer.body).toMatchObject({ success: true });
  });
});
