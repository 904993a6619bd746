import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { complete, draft, ENDPOINT } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

let app: TestApp;
let acme: TestClient;
let globex: TestClient;
let member: TestClient;
let id: string;

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  await app.setUp();
  acme = await app.signIn('acme');
  globex = await app.signIn('globex');
  member = await app.signIn('acme', 'member');
  id = (await acme.post('/api/connectors', draft({ param_ids: complete() }))).body.id;
});
afterAll(() => app.close());

const routes = (connector: string) =>
  [
    ['get', `/api/connectors/${connector}`],
    ['put', `/api/connectors/${connector}`, { name: 'x' }],
    ['patch', `/api/connectors/${connector}`, { name: 'x' }],
    ['delete', `/api/connectors/${connector}`],
    ['post', `/api/connectors/${connector}/test`, {}],
    ['post', `/api/connectors/${connector}/activate`],
    ['post', `/api/connectors/${connector}/deactivate`],
    ['post', `/api/connectors/${connector}/import-config`, { json_data: {} }],
    ['get', `/api/connectors/${connector}/config`],
    ['get', `/api/connectors/${connector}/config?reveal=true`],
    ['get', `/api/connectors/${connector}/checks`],
    ['get', `/api/connectors/${connector}/audit`],
    ['get', `/api/connectors/${connector}/usages`],
    ['post', '/api/commands/ir.connector.activate', { record_id: connector }],
    [
      'post',
      '/api/connectors/test',
      { category: 'storage', provider_type: 'scripted', param_ids: [], connector_id: connector },
    ],
  ] as const;

const call = (client: TestClient, [method, path, body]: readonly [string, string, object?]) =>
  client.request(method, path, body);
const withoutInstance = ({ instance: _instance, ...rest }: { instance: string }) => rest;

describe('another organization', () => {
  it.each(routes('ID').map(([method, path], index) => [method, path, index] as const))(
    '%s %s answers as for an unknown id',
    async (_method, _path, index) => {
      const foreign = await call(globex, routes(id)[index] as never);
      const unknown = await call(globex, routes(randomUUID())[index] as never);
      expect(foreign.status).toBe(404);
      expect(withoutInstance(foreign.body)).toEqual(withoutInstance(unknown.body));
    },
  );

  it('is not listed', async () => {
    expect((await globex.get('/api/connectors')).body.items).toEqual([]);
    const organization = (await acme.get(`/api/connectors/${id}`)).body.organization_id;
    expect((await globex.get(`/api/connectors?organization_id=${organization}`)).status).toBe(404);
    expect((await globex.post('/api/connectors', draft({ organization_id: organization }))).status).toBe(404);
  });
});

describe('a member', () => {
  it('reads, masked', async () => {
    expect((await member.get('/api/connectors')).body.items).toHaveLength(1);
    const config = (await member.get(`/api/connectors/${id}/config`)).body;
    expect(config).toEqual({ success: true, config: { endpoint: ENDPOINT, mode: 'ok' }, secrets: ['secret_key'] });
    for (const path of ['', '/checks', '/usages'])
      expect((await member.get(`/api/connectors/${id}${path}`)).status).toBe(200);
    expect((await member.get('/api/connectors/types')).status).toBe(200);
  });

  it('changes nothing and sees no audit', async () => {
    for (const route of routes(id).filter(
      ([method, path]) => method !== 'get' || path.endsWith('audit') || path.includes('reveal'),
    )) {
      expect((await call(member, route)).status).toBe(403);
    }
    expect((await member.post('/api/connectors', draft())).status).toBe(403);
  });
});

describe('nobody', () => {
  it('gets 401 on every route', async () => {
    for (const route of routes(id)) expect((await call(app.anonymous(), route)).status).toBe(401);
    expect((await app.anonymous().get('/api/connectors')).status).toBe(401);
  });
});

describe('revealing secrets', () => {
  it('needs a confirmed session, and is audited', async () => {
    const client = await app.signIn('acme');
    const path = `/api/connectors/${id}/config?reveal=true`;
    expect(await client.get(path)).toMatchObject({ status: 403, body: { code: 'confirmation_required' } });
    await client.confirm();
    expect((await client.get(path)).body.config).toMatchObject({ secret_key: 'top-secret-value' });
    const audit = (await client.get(`/api/connectors/${id}/audit?limit=1`)).body;
    expect(audit.items[0]).toMatchObject({ action: 'connector.secrets_revealed', changed_keys: ['secret_key'] });
    expect(JSON.stringify(audit)).not.toContain('top-secret-value');
  });
});

describe('the audit of a connector', () => {
  it('names the changed keys of each mutation, never values', async () => {
    const target = (await acme.post('/api/connectors', draft({ param_ids: complete('ok', 'canary-value-99') }))).body
      .id;
    await acme.patch(`/api/connectors/${target}`, { name: 'Renamed', param_ids: [{ key: 'bucket', value: 'abc' }] });
    await acme.post(`/api/connectors/${target}/test`, {});
    await acme.post(`/api/connectors/${target}/activate`);
    const { items } = (await acme.get(`/api/connectors/${target}/audit`)).body;
    expect(items.map((row: { action: string }) => row.action)).toEqual([
      'connector.activated',
      'connector.tested',
      'connector.updated',
      'connector.created',
    ]);
    expect(items[2].changed_keys).toEqual(['name', 'bucket']);
    const { userId: user_id, email } = acme.identity;
    expect(items[2]).toMatchObject({ user_id, user_name: email, user_email: email });
    expect(JSON.stringify(items)).not.toContain('canary-value-99');
  });
});
