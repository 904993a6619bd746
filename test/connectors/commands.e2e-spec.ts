import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { randomUUID } from 'node:crypto';
import { Scope } from '../../src/core/access/index.js';
import { CommandBus } from '../../src/core/commands/index.js';
import { ConnectorService, type ConnectorEvent } from '../../src/foundation/connectors/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { complete, draft, ENDPOINT } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  admin = await app.setUp();
});
afterAll(() => app.close());

const create = async (change: object = { param_ids: complete() }) =>
  (await admin.post('/api/connectors', draft(change))).body;
const command = (name: string, body: object) => admin.post(`/api/commands/ir.connector.${name}`, body);

interface Operation {
  readonly parameters: { name: string; schema: { enum?: string[] } }[];
  readonly responses: Record<
    string,
    { content: Record<string, { schema?: { oneOf?: { $ref: string }[] }; examples?: object }> }
  >;
}

interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
}

const codesOf = ({ responses }: Operation): string[] =>
  Object.values(responses).flatMap(({ content }) => Object.keys(content['application/problem+json']?.examples ?? {}));

describe('commands by name', () => {
  it('are all in the description, with what their routes answer and refuse', async () => {
    const { paths } = (await app.anonymous().get('/api/openapi.json')).body as unknown as Description;
    const dispatch = paths['/api/commands/{name}']?.['post'] as Operation;
    expect(dispatch.parameters.find(({ name }) => name === 'name')?.schema.enum).toEqual(app.get(CommandBus).names());
    const answers = dispatch.responses['200']?.content['application/json']?.schema?.oneOf ?? [];
    expect(answers.map(({ $ref }) => $ref.split('/').at(-1)).sort()).toEqual([
      'ConfigResponse',
      'ConnectorResponse',
      'ImportConfigResponse',
      'TestResultResponse',
    ]);
    const route = paths['/api/connectors/{id}/import-config']?.['post'] as Operation;
    const possible = codesOf(dispatch);
    expect(codesOf(route).filter((code) => !possible.includes(code))).toEqual(['invalid_id']);
    expect(possible).toEqual(expect.arrayContaining(['not_connected', 'confirmation_required', 'too_many_requests']));
  });

  it('answer what the REST routes answer', async () => {
    const { id } = await create();
    expect((await command('test_connection', { record_id: id, deep: true })).body).toMatchObject({
      success: true,
      status: 'connected',
    });
    expect((await command('activate', { record_id: id })).body).toMatchObject({ is_enabled: true });
    expect((await command('deactivate', { record_id: id })).body).toMatchObject({ is_enabled: false });
    expect((await command('import_config', { record_id: id, json_data: { bucket: 'abc' } })).body).toMatchObject({
      imported: ['bucket'],
    });
    expect((await command('get_config', { record_id: id })).body).toEqual({
      success: true,
      config: { bucket: 'abc' },
      secrets: [],
    });
  });

  it('refuse unknown names, records and payloads', async () => {
    const { id } = await create();
    expect(await command('explode', { record_id: id })).toMatchObject({
      status: 404,
      body: { code: 'unknown_command' },
    });
    expect((await command('activate', { record_id: randomUUID() })).status).toBe(404);
    expect((await command('activate', { record_id: 'x' })).status).toBe(400);
    expect((await command('activate', { record_id: id, extra: 1 })).status).toBe(400);
    expect((await command('test_connection', { record_id: id, deep: 'yes' })).status).toBe(400);
    expect((await command('get_config', { record_id: id, reveal: true })).status).toBe(403);
  });

  it('hand the full config to a module in process', async () => {
    const { id } = await create();
    const answer = await app
      .get(CommandBus)
      .dispatch(Scope.system(), 'ir.connector.get_config', { recordId: id, payload: {} });
    expect(answer).toMatchObject({
      success: true,
      config: { endpoint: ENDPOINT, secret_key: 'top-secret-value' },
      secrets: ['secret_key'],
    });
  });
});

describe('ConnectorService', () => {
  it('finds the active default of a category and organization, and opens its connection', async () => {
    const service = app.get(ConnectorService);
    const record = await create({ is_default: true, param_ids: complete() });
    expect(await service.getDefaultForCategory('storage', record.organization_id)).toBeNull();
    await service.testConnection(Scope.system(), record.id);
    await admin.post(`/api/connectors/${record.id}/activate`);
    const found = await service.getDefaultForCategory('storage', record.organization_id);
    expect(found?.id).toBe(record.id);
    expect(await service.getDefaultForCategory('email', record.organization_id)).toBeNull();
    expect(typeof (await service.instantiateProvider(found as never)).testConnection).toBe('function');
  });

  it('lists the registered providers', () => {
    const types = app
      .get(ConnectorService)
      .listAvailableProviderTypes('storage')
      .map(({ metadata }) => metadata.providerType);
    expect(types).toEqual(expect.arrayContaining(['aws_s3', 's3_compatible', 'scripted']));
  });
});

describe('lifecycle events', () => {
  it('leave after commit, without secrets, and not for what was refused', async () => {
    const seen: ConnectorEvent[] = [];
    app.get(EventEmitter2).onAny((_name, event) => void seen.push(event as ConnectorEvent));
    const { id } = await create({ is_default: true, param_ids: complete('ok', 'canary-event-1') });
    await admin.put(`/api/connectors/${id}`, { name: 'Renamed' });
    await admin.put(`/api/connectors/${id}`, { name: '' });
    await admin.post(`/api/connectors/${id}/test`, {});
    await admin.post(`/api/connectors/${id}/activate`);
    await admin.post(`/api/connectors/${id}/deactivate`);
    await admin.delete(`/api/connectors/${id}`);
    expect(seen.map(({ name }) => name)).toEqual([
      'ir.connector.updated', // the one that was the default before
      'ir.connector.created',
      'ir.connector.default_changed',
      'ir.connector.updated',
      'ir.connector.tested',
      'ir.connector.activated',
      'ir.connector.deactivated',
      'ir.connector.deleted',
      'ir.connector.default_changed',
    ]);
    expect(JSON.stringify(seen)).not.toContain('canary-event-1');
  });
});

describe('provider types', () => {
  it('carry the schema that draws the form, as a bare array', async () => {
    const types = (await admin.get('/api/connectors/types?category=storage')).body;
    const scripted = types.find((type: { provider_type: string }) => type.provider_type === 'scripted');
    expect(scripted).toMatchObject({
      display_name: 'Scripted',
      category: 'storage',
      testable: true,
      oauth: null,
      logo_url: null,
    });
    expect(scripted.config_schema[0]).toEqual({
      key: 'endpoint',
      label: 'Endpoint',
      type: 'url',
      required: true,
      secret: false,
      endpoint: true,
    });
    expect((await admin.get('/api/connectors/types?category=nothing')).body).toEqual([]);
    expect((await admin.get('/api/connectors/types/storage/scripted/logo')).status).toBe(404);
  });
});
