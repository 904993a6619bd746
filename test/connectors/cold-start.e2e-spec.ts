import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { renewDataKey } from '../support/data-keys.js';
import { withOneConnection } from '../support/one-connection.js';
import { startRestarted, type Restarted } from '../support/restarted-app.js';
import { complete, draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

let restarted: Restarted;
let app: TestApp;
let admin: TestClient;
/** What it stores is under an older data key than what is written now. */
let connectorId: string;

beforeAll(async () => {
  const env = { EDE_MASTER_KEY: randomBytes(32).toString('base64') };
  const prepare = async (earlier: TestClient, first: TestApp) => {
    connectorId = (await earlier.createConnector(draft({ param_ids: complete() }))).id as string;
    await renewDataKey(first, earlier.organizationId);
  };
  restarted = await startRestarted({ before: env, after: env, imports: [ScriptedModule], prepare });
  ({ app, admin } = restarted);
});
afterAll(() => restarted.close());

it('the first write after a start does not hold a connection while it waits for another to read the key', async () => {
  const create = () => admin.post('/api/connectors', draft({ param_ids: complete() }));
  expect((await withOneConnection(app, create)).status).toBe(201);
});

it('nor does the first change of what is stored under an older key', async () => {
  const change = () =>
    admin.patch(`/api/connectors/${connectorId}`, { param_ids: [{ key: 'bucket', value: 'other' }] });
  expect((await withOneConnection(app, change)).status).toBe(200);
});
