import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { operationsOf } from '../../src/core/web/index.js';
import { issueResetToken } from '../../src/foundation/auth/index.js';
import { openApiDocument } from '../../src/openapi-document.js';
import { activeConnector } from '../support/active-connector.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';
import { deliveryPolicy } from '../support/delivery.js';
import { ScriptedSenders } from '../support/scripted-senders.js';

const ANY_ID = '01890000-0000-7000-8000-000000000000';
/** Written with POST because they take a body; they change nothing. */
const CHANGES_NOTHING = ['checkEgress'];

let app: TestApp;
let admin: TestClient;
let user: TestClient;
let document: OpenAPIObject;
let eventsOfSetUp: readonly Event[];

beforeAll(async () => {
  document = await openApiDocument();
  app = await startTestApp({
    env: { EDE_SMTP_URL: 'smtp://127.0.0.1:9' },
    imports: [deliveryPolicy(), ScriptedSenders],
  });
  admin = await app.setUp();
  eventsOfSetUp = await app.get(DataSource).query('SELECT action, result FROM audit_event');
  user = await app.signIn('Acme');
});
afterAll(() => app.close());

interface Event {
  readonly action: string;
  readonly result: string;
}

/** What other work does meanwhile, an earlier delivery that fails say, has events of its own. */
const eventsOf = ({ headers }: Answer): Promise<Event[]> =>
  app
    .get(DataSource)
    .query('SELECT action, result FROM audit_event WHERE request_id = $1 ORDER BY seq', [headers['x-request-id']]);
const idOf = (answer: Answer): string => {
  expect(answer.status).toBeLessThan(300);
  return String(answer.body['id']);
};
const email = (): string => `someone${Math.round(Math.random() * 1e9)}@example.com`;
const path = (id: unknown, rest = ''): string => `/api/connectors/${String(id)}${rest}`;
const aConnector = async (fields: object = {}): Promise<string> => String((await admin.createConnector(fields))['id']);
const aConnected = async (): Promise<string> => {
  const id = await aConnector();
  await app.get(DataSource).query(`UPDATE ir_connector SET status = 'connected' WHERE id = $1`, [id]);
  return id;
};
const aUser = async (): Promise<string> =>
  idOf(await admin.post('/api/users', { email: email(), name: 'X', memberships: [] }));
const aSession = async (of: TestClient): Promise<TestClient> => {
  const client = app.anonymous();
  await client.logIn(of.identity.email, of.identity.password);
  return client;
};
const aDocument = (): Promise<Answer> =>
  Promise.resolve(admin.raw('post', '/api/storage/documents').attach('file', Buffer.from('x'), 'x.txt'));

/** How each write is done so that it succeeds. Prepares, and returns the one request that is counted. */
const WRITES: Readonly<Record<string, () => Promise<() => Promise<Answer>>>> = {
  login: async () => () => app.anonymous().post('/api/auth/login', loginOf(user)),
  logout: async () => {
    const client = await aSession(user);
    return () => client.post('/api/auth/logout');
  },
  resetPassword: async () => {
    const reset_token = await issueResetToken(app.get(DataSource), user.identity.email);
    return () => app.anonymous().post('/api/auth/reset', { reset_token, password: user.identity.password });
  },
  chooseOrganization: async () => {
    const client = await aSession(user);
    return () => client.put('/api/auth/session', { organization_id: user.organizationId });
  },
  confirmSession: async () => {
    const client = await aSession(user);
    return () => client.post('/api/auth/confirm', { password: user.identity.password });
  },
  changePassword: async () => {
    const other = await app.signIn('Acme');
    return () =>
      other.post('/api/auth/password', { current: other.identity.password, new: 'wrong horse battery staple' });
  },
  endOtherSessions: async () => {
    const client = await aSession(user);
    return () => client.delete('/api/auth/sessions');
  },
  endSession: async () => {
    const client = await aSession(user);
    const [session] = (await client.get('/api/auth/sessions')).body['items'] as { id: string }[];
    return () => client.delete(`/api/auth/sessions/${session?.id ?? ''}`);
  },
  endUserSessions: async () => {
    const id = await aUser();
    return () => admin.delete(`/api/users/${id}/sessions`);
  },
  createToken: async () => () => admin.post('/api/auth/tokens', { name: 'Test' }),
  deleteToken: async () => {
    const id = idOf(await admin.post('/api/auth/tokens', { name: 'Test' }));
    return () => admin.delete(`/api/auth/tokens/${id}`);
  },
  createOrganization: async () => () => admin.post('/api/organizations', { name: 'Another' }),
  updateOrganization: async () => () => admin.put(`/api/organizations/${admin.organizationId}`, { name: 'Renamed' }),
  putMember: async () => {
    const id = await aUser();
    return () => admin.put(`/api/organizations/${admin.organizationId}/members/${id}`, { role: 'member' });
  },
  removeMember: async () => {
    const id = await aUser();
    const member = `/api/organizations/${admin.organizationId}/members/${id}`;
    await admin.put(member, { role: 'member' });
    return () => admin.delete(member);
  },
  createUser: async () => () => admin.post('/api/users', { email: email(), name: 'X', memberships: [] }),
  updateUser: async () => {
    const id = await aUser();
    return () => admin.put(`/api/users/${id}`, { is_active: false });
  },
  requestKeyRotation: async () => () =>
    admin.post('/api/keys/rotations', { kind: 'data', organization_id: admin.organizationId }),
  withdrawKeyRotation: async () => {
    const sql = app.get(DataSource);
    await sql.query(`UPDATE base_key_rotation SET status = 'completed', finished_at = now()`);
    await sql.query(`INSERT INTO base_key_rotation (id, kind, status) VALUES ($1, 'data', 'waiting')`, [ANY_ID]);
    return () => admin.delete(`/api/keys/rotations/${ANY_ID}`);
  },
  addEgressEntry: async () => () => admin.post('/api/egress/entries', { entry: '10.1.2.3:443' }),
  removeEgressEntry: async () => {
    const id = idOf(await admin.post('/api/egress/entries', { entry: '10.1.2.4:443' }));
    return () => admin.delete(`/api/egress/entries/${id}`);
  },
  createConnector: async () => () =>
    admin.post('/api/connectors', { name: 'X', category: 'storage', provider_type: 's3_compatible' }),
  updateConnector: async () => {
    const id = await aConnector();
    return () => admin.put(path(id), { name: 'Renamed' });
  },
  patchConnector: async () => {
    const id = await aConnector();
    return () => admin.patch(path(id), { is_default: true });
  },
  deleteConnector: async () => {
    const id = await aConnector();
    return () => admin.delete(path(id));
  },
  testConnectorDraft: async () => () =>
    admin.post('/api/connectors/test', { category: 'storage', provider_type: 's3_compatible', param_ids: [] }),
  testConnector: async () => {
    const id = await aConnector();
    return () => admin.post(path(id, '/test'), {});
  },
  activateConnector: async () => {
    const id = await aConnected();
    return () => admin.post(path(id, '/activate'));
  },
  deactivateConnector: async () => {
    const id = await aConnected();
    await admin.post(path(id, '/activate'));
    return () => admin.post(path(id, '/deactivate'));
  },
  importConnectorConfig: async () => {
    const id = await aConnector();
    return () => admin.post(path(id, '/import-config'), { json_data: { bucket: 'imported' } });
  },
  authorizeConnector: async () => {
    const id = await aConnector({
      provider_type: 'google_drive',
      param_ids: [
        { key: 'client_id', value: 'id' },
        { key: 'client_secret', value: 'secret', is_secret: true },
      ],
    });
    return () => admin.post(path(id, '/oauth/authorize'));
  },
  dispatchCommand: async () => {
    const record_id = await aConnected();
    return () => admin.post('/api/commands/ir.connector.activate', { record_id });
  },
  uploadDocument: async () => aDocument,
  deleteDocument: async () => {
    const id = idOf(await aDocument());
    return () => admin.delete(`/api/storage/documents/${id}`);
  },
  sendEmail: async () => () =>
    admin.post('/api/email/messages', { to: ['ada@example.com'], subject: 'Hello', text: 'Hello' }),
  sendMessage: async () => {
    await activeConnector(admin, 'messaging', 'chat');
    return () => admin.post('/api/messaging/messages', { text: 'Hello', to: 'general' });
  },
};

const loginOf = ({ identity }: TestClient): object => ({ email: identity.email, password: identity.password });
const writes = (): string[] =>
  operationsOf(document)
    .filter(({ method }) => method !== 'get')
    .map(({ operation }) => String(operation.operationId));

it('every write of the API is tried here', () => {
  expect(['setUp', ...Object.keys(WRITES)].sort()).toEqual(
    writes()
      .filter((id) => !CHANGES_NOTHING.includes(id))
      .sort(),
  );
});

describe('every write leaves an event', () => {
  it.each(Object.keys(WRITES))('%s', async (operationId) => {
    const write = await WRITES[operationId]?.();
    const answer = await write?.();
    assert(answer);
    expect(answer.status).toBeLessThan(300);
    const events = await eventsOf(answer);
    expect(events.length).toBeGreaterThan(0);
    expect(events[0]).toMatchObject({ result: 'success' });
  });

  it('setUp', () => {
    expect(eventsOfSetUp.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['user.created', 'organization.created', 'auth.set_up']),
    );
  });
});

describe('every refused write leaves an event', () => {
  it('by a member, and on records of others', async () => {
    const callers = { member: await app.signIn('Acme', 'member'), stranger: await app.signIn('Globex') };
    const silent: string[] = [];
    let refused = 0;
    for (const [name, client] of Object.entries(callers)) {
      for (const { path: template, method, operation } of operationsOf(document)) {
        const id = String(operation.operationId);
        if (method === 'get' || ['logout', 'endOtherSessions'].includes(id)) continue;
        const target = template.replace('{name}', 'ir.connector.activate').replace(/\{[^}]+\}/g, ANY_ID);
        const answer = await client.request(method, target, method === 'delete' ? undefined : bodyOf(id));
        if (![403, 404].includes(answer.status)) continue;
        refused += 1;
        const events = await eventsOf(answer);
        if (!events.some(({ result }) => result === 'denied')) silent.push(`${name}: ${id} answered ${answer.status}`);
      }
    }
    expect(silent).toEqual([]);
    expect(refused).toBeGreaterThan(40);
  });

  const bodyOf = (id: string): object => (id === 'dispatchCommand' ? { record_id: ANY_ID } : (BODIES[id] ?? {}));
  const BODIES: Readonly<Record<string, object>> = {
    updateConnector: { name: 'X' },
    patchConnector: { name: 'X' },
    importConnectorConfig: { json_data: {} },
    putMember: { role: 'member' },
    chooseOrganization: { organization_id: ANY_ID },
    updateOrganization: { name: 'X' },
  };
});
