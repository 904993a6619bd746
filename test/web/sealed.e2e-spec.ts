import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { operationsOf } from '../../src/core/web/index.js';
import { SetupService } from '../../src/foundation/auth/index.js';
import { openApiDocument } from '../../src/openapi-document.js';
import { activeConnector } from '../support/active-connector.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';
import { deliveryPolicy } from '../support/delivery.js';
import { startRestarted, type Restarted } from '../support/restarted-app.js';
import { complete, draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';
import { ScriptedSenders } from '../support/scripted-senders.js';

/** Written whatever the answer is: the trail, when a session was last used, that a process is there. */
const OWN_LIFE = ['audit_event', 'audit_chain', 'auth_session', 'base_key_process'];
const MAIL = { to: ['ada@example.com'], subject: 'Hello', text: 'Hello' };
const MESSAGE = { to: 'general', text: 'Hello' };
const PROVIDER = { category: 'storage', provider_type: 'scripted' };

const idOf = ({ status, body }: Answer): string => {
  expect(status).toBeLessThan(300);
  return String(body['id']);
};

let document: OpenAPIObject;
let restarted: Restarted;
let app: TestApp;
let admin: TestClient;
/** Of what was made before the key was lost. */
const made = { connector: '', drive: '', mail: '', message: '' };
/** Of the consent that was begun then: its state, and the session that began it. */
const consent = { state: '', cookie: '' };

beforeAll(async () => {
  document = await openApiDocument();
  restarted = await startRestarted({
    before: { EDE_SMTP_URL: 'smtp://127.0.0.1:9' },
    after: { EDE_SMTP_URL: 'smtp://127.0.0.1:9', EDE_MASTER_KEY: randomBytes(32).toString('base64') },
    imports: [ScriptedModule, ScriptedSenders, deliveryPolicy({ concurrency: 0 })],
    prepare: makeAll,
  });
  ({ app, admin } = restarted);
});
afterAll(() => restarted.close());

async function makeAll(earlier: TestClient): Promise<void> {
  made.connector = String((await earlier.createConnector(draft({ param_ids: complete() })))['id']);
  expect((await earlier.post(`/api/connectors/${made.connector}/test`, {})).body).toMatchObject({ success: true });
  await activeConnector(earlier, 'messaging', 'chat');
  made.mail = idOf(await earlier.post('/api/email/messages', MAIL));
  made.message = idOf(await earlier.post('/api/messaging/messages', MESSAGE));
  const credentials = [
    { key: 'client_id', value: 'id' },
    { key: 'client_secret', value: 'secret', is_secret: true },
  ];
  const drive = { provider_type: 'google_drive', param_ids: credentials };
  made.drive = String((await earlier.createConnector(drive))['id']);
  const { body } = await earlier.post(`/api/connectors/${made.drive}/oauth/authorize`);
  consent.state = new URL(String(body['authorization_url'])).searchParams.get('state') ?? '';
  consent.cookie = earlier.sessionCookie ?? '';
}

/** Every row of every table. */
async function stored(): Promise<Record<string, string>> {
  const sql = app.get(DataSource);
  const tables: { name: string }[] = await sql.query(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> ALL($1) ORDER BY 1`,
    [OWN_LIFE],
  );
  const digests: Record<string, string> = {};
  for (const { name } of tables) {
    const rows: { line: string }[] = await sql.query(`SELECT t::text AS line FROM ${name} t ORDER BY 1`);
    digests[name] = rows.map(({ line }) => line).join('\n');
  }
  return digests;
}

const path = (rest = ''): string => `/api/connectors/${made.connector}${rest}`;

/** A request of each operation that would do, were the server not sealed. */
const REQUESTS: Readonly<Record<string, () => Promise<Answer>>> = {
  createOrganization: () => admin.post('/api/organizations', { name: 'Second' }),
  requestKeyRotation: () => admin.post('/api/keys/rotations', { kind: 'data' }),
  listConnectors: () => admin.get('/api/connectors'),
  createConnector: () => admin.post('/api/connectors', draft({ param_ids: complete() })),
  getConnector: () => admin.get(path()),
  updateConnector: () => admin.put(path(), { name: 'Changed' }),
  patchConnector: () => admin.patch(path(), { is_default: true }),
  testConnectorDraft: () =>
    admin.post('/api/connectors/test', { ...PROVIDER, connector_id: made.connector, param_ids: [] }),
  testConnector: () => admin.post(path('/test'), {}),
  activateConnector: () => admin.post(path('/activate')),
  deactivateConnector: () => admin.post(path('/deactivate')),
  importConnectorConfig: () => admin.post(path('/import-config'), { json_data: { bucket: 'other' } }),
  getConnectorConfig: () => admin.get(path('/config')),
  dispatchCommand: () => admin.post('/api/commands/ir.connector.activate', { record_id: made.connector }),
  authorizeConnector: () => admin.post(`/api/connectors/${made.drive}/oauth/authorize`),
  finishConnectorConsent: () =>
    app
      .anonymous()
      .get(`/api/connectors/oauth/callback/google_drive?code=a&state=${consent.state}`, { headers: consent }),
  uploadDocument: () =>
    Promise.resolve(
      admin.raw('post', '/api/storage/documents?purpose=config').attach('file', Buffer.from('{"a":1}'), 'a.json'),
    ),
  sendEmail: () => admin.post('/api/email/messages', MAIL),
  listEmails: () => admin.get('/api/email/messages'),
  getEmail: () => admin.get(`/api/email/messages/${made.mail}`),
  sendMessage: () => admin.post('/api/messaging/messages', MESSAGE),
  listMessages: () => admin.get('/api/messaging/messages'),
  getMessage: () => admin.get(`/api/messaging/messages/${made.message}`),
  verifyAuditEvents: () => admin.get(`/api/audit/verification?organization_id=${admin.organizationId}`),
};

describe('a sealed server', () => {
  it('is asked here for all that its document says it refuses', () => {
    const declared = operationsOf(document)
      .filter(({ operation }) => JSON.stringify(operation.responses['503'] ?? {}).includes('sealed'))
      .map(({ operation }) => String(operation.operationId));
    expect(['setUp', ...Object.keys(REQUESTS)].sort()).toEqual(declared.sort());
  });

  it.each(Object.keys(REQUESTS))('answers 503 to %s, and changes nothing', async (operationId) => {
    const before = await stored();
    const answer = await REQUESTS[operationId]?.();
    assert(answer);
    expect(answer).toMatchObject({ status: 503, body: { status: 503, code: 'sealed' } });
    expect(await stored()).toEqual(before);
  });

  it('lets nobody set it up', async () => {
    const database = await createTestDatabase();
    const earlier = await startTestApp({ database });
    await earlier.setUp();
    await earlier.get(DataSource).query('TRUNCATE res_user CASCADE'); // a key is left, and nobody
    await earlier.close();
    const empty = await startTestApp({ database });
    try {
      const form = { email: 'admin@example.com', password: 'correct horse battery staple', organization_name: 'First' };
      const setup_token = await empty.get(SetupService).issueToken();
      const answer = await empty.anonymous().post('/api/setup', { ...form, setup_token });
      expect(answer).toMatchObject({ status: 503, body: { code: 'sealed' } });
      expect(await empty.get(DataSource).query('SELECT 1 FROM res_user')).toEqual([]);
    } finally {
      await empty.close();
      await database.drop();
    }
  });

  it('tests a draft that needs nothing of what is stored', async () => {
    const answer = await admin.post('/api/connectors/test', { ...PROVIDER, param_ids: complete() });
    expect(answer.body).toMatchObject({ success: true });
  });
});
