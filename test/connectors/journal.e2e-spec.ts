import { EventEmitter2 } from '@nestjs/event-emitter';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Connector } from '../../src/foundation/connectors/connector.entity.js';
import type { ConnectorEvent } from '../../src/foundation/connectors/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { complete, draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

/** Actions that go with a new version of the record. */
const CHANGES = [
  'connector.created',
  'connector.updated',
  'connector.activated',
  'connector.deactivated',
  'connector.config_imported',
  'connector.oauth_connected',
];

let app: TestApp;
let admin: TestClient;
const heard: ConnectorEvent[] = [];

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  app.get(EventEmitter2).on('ir.connector.updated', (event: ConnectorEvent) => void heard.push(event));
  admin = await app.setUp();
});
afterAll(() => app.close());

afterEach(async () => {
  // Each record's version is the number of its rows that tell of a change.
  const rows: unknown[] = await app.get(DataSource).query(
    `SELECT c.id, c.version, count(a.id)::int AS changes FROM ir_connector c
     LEFT JOIN audit_event a ON a.record_type = 'ir.connector' AND a.record_id = c.id::text AND a.action = ANY($1)
     GROUP BY c.id HAVING count(a.id) <> c.version`,
    [CHANGES],
  );
  expect(rows).toEqual([]);
  heard.length = 0;
});

const create = async (change: object = {}): Promise<string> =>
  String((await admin.createConnector(draft({ param_ids: complete(), ...change })))['id']);
const auditOf = async (id: string) => (await admin.get(`/api/connectors/${id}/audit`)).body.items as object[];
const aConfigDocument = async (): Promise<string> => {
  const answer = await admin
    .raw('post', '/api/storage/documents?purpose=config')
    .attach('file', Buffer.from('pem'), 'key.pem');
  expect(answer.status).toBe(201);
  return (answer.body as { id: string }).id;
};
const withFile = async (file_id: string): Promise<string> => {
  const certificate = { key: 'certificate', value_type: 'file', file_id };
  return create({ param_ids: [...complete(), certificate] });
};

describe('the connector that loses the default', () => {
  it.each([
    ['an update', (id: string) => admin.put(`/api/connectors/${id}`, { is_default: true })],
    ['a creation', () => create({ is_default: true })],
  ])('has a row of its own, by whoever made %s, and an event', async (_, take) => {
    const before = await create({ is_default: true });
    const next = await create();
    heard.length = 0;
    await take(next);
    expect(await auditOf(before)).toMatchObject([
      { action: 'connector.updated', user_id: admin.identity.userId, changed_keys: ['is_default'] },
      { action: 'connector.created' },
    ]);
    expect(heard).toContainEqual(expect.objectContaining({ connectorId: before, changedKeys: ['is_default'] }));
  });

  it('keeps it when the row cannot be written', async () => {
    const before = await create({ is_default: true });
    const next = await create();
    const sql = app.get(DataSource);
    await sql.query(`ALTER TABLE audit_event ADD CONSTRAINT refuse CHECK (record_id <> '${before}') NOT VALID`);
    try {
      expect((await admin.put(`/api/connectors/${next}`, { is_default: true })).status).toBe(500);
      expect(await admin.readConnector(before)).toMatchObject({ is_default: true, version: 1 });
      expect(await admin.readConnector(next)).toMatchObject({ is_default: false, version: 1 });
    } finally {
      await sql.query('ALTER TABLE audit_event DROP CONSTRAINT refuse');
    }
  });

  it('keeps it when a writer does not say who it is', async () => {
    const before = await create({ is_default: true });
    const next = await create();
    const { manager } = app.get(DataSource);
    const connector = await manager.findOneByOrFail(Connector, { id: next });
    connector.isDefault = true;
    await expect(manager.save(connector)).rejects.toThrow('is saved with its writer');
    expect(await admin.readConnector(before)).toMatchObject({ is_default: true, version: 1 });
  });

  it('each has its rows after 30 switches at once', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => create()));
    const switches = Array.from({ length: 30 }, (_, at) =>
      admin.put(`/api/connectors/${ids[at % 5] ?? ''}`, { is_default: true }),
    );
    for (const { status } of await Promise.all(switches)) expect(status).toBe(200);
  });
});

describe('a connector whose document is', () => {
  it.each([
    ['deleted', ''],
    ['forgotten', '?forget=true'],
  ])('%s has a row by whoever did it, and an event', async (_, query) => {
    const file = await aConfigDocument();
    const id = await withFile(file);
    expect((await admin.delete(`/api/storage/documents/${file}${query}`)).status).toBe(204);
    expect(await auditOf(id)).toMatchObject([
      {
        action: 'connector.updated',
        user_id: admin.identity.userId,
        changed_keys: ['certificate'],
        facts: { removed_document: file },
      },
      { action: 'connector.created' },
    ]);
    expect(heard).toContainEqual(expect.objectContaining({ connectorId: id, changedKeys: ['certificate'] }));
  });
});

it('counts other changes too, and what is none', async () => {
  const id = await create();
  const path = `/api/connectors/${id}`;
  for (const [step, body] of [
    ['/test', {}],
    ['/activate', undefined],
    ['/activate', undefined],
    ['/deactivate', undefined],
    ['/import-config', { json_data: { bucket: 'imported' } }],
  ] as const) {
    expect((await admin.post(`${path}${step}`, body)).status).toBe(200);
  }
  expect((await admin.put(path, { name: 'Renamed' })).status).toBe(200);
  expect((await admin.put(path, { name: 'Renamed' })).status).toBe(200);
  expect((await admin.readConnector(id))['version']).toBe(5);
});
