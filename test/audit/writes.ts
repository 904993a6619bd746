import { expect } from '@jest/globals';
import { DataSource } from 'typeorm';
import { ResetLinks } from '../../src/foundation/auth/index.js';
import { activeConnector } from '../support/active-connector.js';
import type { TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';

export const ANY_ID = '01890000-0000-7000-8000-000000000000';

/** Who writes: an instance admin, and a user of another organization. */
export interface Writers {
  readonly app: TestApp;
  readonly admin: TestClient;
  readonly user: TestClient;
}

const idOf = (answer: Answer): string => {
  expect(answer.status).toBeLessThan(300);
  return String(answer.body['id']);
};
const email = (): string => `someone${Math.round(Math.random() * 1e9)}@example.com`;
const path = (id: unknown, rest = ''): string => `/api/connectors/${String(id)}${rest}`;
const loginOf = ({ identity }: TestClient): object => ({ email: identity.email, password: identity.password });

const aConnector = async (admin: TestClient, fields: object = {}): Promise<string> =>
  String((await admin.createConnector(fields))['id']);
const aConnected = async ({ app, admin }: Pick<Writers, 'app' | 'admin'>): Promise<string> => {
  const id = await aConnector(admin);
  await app.get(DataSource).query(`UPDATE ir_connector SET status = 'connected' WHERE id = $1`, [id]);
  return id;
};
const aUser = async (admin: TestClient): Promise<string> =>
  idOf(await admin.post('/api/users', { email: email(), name: 'X', memberships: [] }));
const aSession = async ({ app, user }: Pick<Writers, 'app' | 'user'>): Promise<TestClient> => {
  const client = app.anonymous();
  await client.logIn(user.identity.email, user.identity.password);
  return client;
};
const aDocument = (admin: TestClient): Promise<Answer> =>
  Promise.resolve(admin.raw('post', '/api/storage/documents').attach('file', Buffer.from('x'), 'x.txt'));

/**
 * How each write of the API but the first setup is done so that it succeeds, by operation id. Prepares, and returns the
 * one request that is counted.
 */
export const WRITES: Readonly<Record<string, (writers: Writers) => Promise<() => Promise<Answer>>>> = {
  login:
    async ({ app, user }) =>
    () =>
      app.anonymous().post('/api/auth/login', loginOf(user)),
  logout: async ({ app, user }) => {
    const client = await aSession({ app, user });
    return () => client.post('/api/auth/logout');
  },
  resetPassword: async ({ app, user }) => {
    const reset_token = await app.get(ResetLinks).issue(user.identity.email);
    return () => app.anonymous().post('/api/auth/reset', { reset_token, password: user.identity.password });
  },
  chooseOrganization: async ({ app, user }) => {
    const client = await aSession({ app, user });
    return () => client.put('/api/auth/session', { organization_id: user.organizationId });
  },
  confirmSession: async ({ app, user }) => {
    const client = await aSession({ app, user });
    return () => client.post('/api/auth/confirm', { password: user.identity.password });
  },
  changePassword: async ({ app }) => {
    const other = await app.signIn('Acme');
    return () =>
      other.post('/api/auth/password', { current: other.identity.password, new: 'wrong horse battery staple' });
  },
  endOtherSessions: async ({ app, user }) => {
    const client = await aSession({ app, user });
    return () => client.delete('/api/auth/sessions');
  },
  endSession: async ({ app, user }) => {
    const client = await aSession({ app, user });
    const [session] = (await client.get('/api/auth/sessions')).body['items'] as { id: string }[];
    return () => client.delete(`/api/auth/sessions/${session?.id ?? ''}`);
  },
  endUserSessions: async ({ admin }) => {
    const id = await aUser(admin);
    return () => admin.delete(`/api/users/${id}/sessions`);
  },
  createToken:
    async ({ admin }) =>
    () =>
      admin.post('/api/auth/tokens', { name: 'Test' }),
  deleteToken: async ({ admin }) => {
    const id = idOf(await admin.post('/api/auth/tokens', { name: 'Test' }));
    return () => admin.delete(`/api/auth/tokens/${id}`);
  },
  createOrganization:
    async ({ admin }) =>
    () =>
      admin.post('/api/organizations', { name: 'Another' }),
  updateOrganization:
    async ({ admin }) =>
    () =>
      admin.put(`/api/organizations/${admin.organizationId}`, { name: 'Renamed' }),
  putMember: async ({ admin }) => {
    const id = await aUser(admin);
    return () => admin.put(`/api/organizations/${admin.organizationId}/members/${id}`, { role: 'member' });
  },
  removeMember: async ({ admin }) => {
    const id = await aUser(admin);
    const member = `/api/organizations/${admin.organizationId}/members/${id}`;
    await admin.put(member, { role: 'member' });
    return () => admin.delete(member);
  },
  createUser:
    async ({ admin }) =>
    () =>
      admin.post('/api/users', { email: email(), name: 'X', memberships: [] }),
  updateUser: async ({ admin }) => {
    const id = await aUser(admin);
    return () => admin.put(`/api/users/${id}`, { is_active: false });
  },
  requestKeyRotation:
    async ({ admin }) =>
    () =>
      admin.post('/api/keys/rotations', { kind: 'data', organization_id: admin.organizationId }),
  withdrawKeyRotation: async ({ app, admin }) => {
    const sql = app.get(DataSource);
    await sql.query(`UPDATE base_key_rotation SET status = 'completed', finished_at = now()`);
    await sql.query(`INSERT INTO base_key_rotation (id, kind, status) VALUES ($1, 'data', 'waiting')`, [ANY_ID]);
    return () => admin.delete(`/api/keys/rotations/${ANY_ID}`);
  },
  addEgressEntry:
    async ({ admin }) =>
    () =>
      admin.post('/api/egress/entries', { entry: '10.1.2.3:443' }),
  removeEgressEntry: async ({ admin }) => {
    const id = idOf(await admin.post('/api/egress/entries', { entry: '10.1.2.4:443' }));
    return () => admin.delete(`/api/egress/entries/${id}`);
  },
  createConnector:
    async ({ admin }) =>
    () =>
      admin.post('/api/connectors', { name: 'X', category: 'storage', provider_type: 's3_compatible' }),
  updateConnector: async ({ admin }) => {
    const id = await aConnector(admin);
    return () => admin.put(path(id), { name: 'Renamed' });
  },
  patchConnector: async ({ admin }) => {
    const id = await aConnector(admin);
    return () => admin.patch(path(id), { is_default: true });
  },
  deleteConnector: async ({ admin }) => {
    const id = await aConnector(admin);
    return () => admin.delete(path(id));
  },
  testConnectorDraft:
    async ({ admin }) =>
    () =>
      admin.post('/api/connectors/test', { category: 'storage', provider_type: 's3_compatible', param_ids: [] }),
  testConnector: async ({ admin }) => {
    const id = await aConnector(admin);
    return () => admin.post(path(id, '/test'), {});
  },
  activateConnector: async ({ app, admin }) => {
    const id = await aConnected({ app, admin });
    return () => admin.post(path(id, '/activate'));
  },
  deactivateConnector: async ({ app, admin }) => {
    const id = await aConnected({ app, admin });
    await admin.post(path(id, '/activate'));
    return () => admin.post(path(id, '/deactivate'));
  },
  importConnectorConfig: async ({ admin }) => {
    const id = await aConnector(admin);
    return () => admin.post(path(id, '/import-config'), { json_data: { bucket: 'imported' } });
  },
  authorizeConnector: async ({ admin }) => {
    const id = await aConnector(admin, {
      provider_type: 'google_drive',
      param_ids: [
        { key: 'client_id', value: 'id' },
        { key: 'client_secret', value: 'secret', is_secret: true },
      ],
    });
    return () => admin.post(path(id, '/oauth/authorize'));
  },
  dispatchCommand: async ({ app, admin }) => {
    const record_id = await aConnected({ app, admin });
    return () => admin.post('/api/commands/ir.connector.activate', { record_id });
  },
  uploadDocument:
    async ({ admin }) =>
    () =>
      aDocument(admin),
  deleteDocument: async ({ admin }) => {
    const id = idOf(await aDocument(admin));
    return () => admin.delete(`/api/storage/documents/${id}`);
  },
  sendEmail:
    async ({ admin }) =>
    () =>
      admin.post('/api/email/messages', { to: ['ada@example.com'], subject: 'Hello', text: 'Hello' }),
  sendMessage: async ({ admin }) => {
    await activeConnector(admin, 'messaging', 'chat');
    return () => admin.post('/api/messaging/messages', { text: 'Hello', to: 'general' });
  },
};
