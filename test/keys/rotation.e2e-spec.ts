import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { EncryptedData, KeyRing } from '../../src/core/crypto/index.js';
import { FileStore } from '../../src/core/ports/index.js';
import { CipherVerifier } from '../../src/foundation/base/index.js';
import { RotationWorker } from '../../src/foundation/base/keys/rotation/rotation-worker.js';
import type { TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { until } from '../support/delivery.js';
import {
  completedRotation,
  draft,
  FILE_TEXT,
  fillSecrets,
  keyIdsInUse,
  readCiphers,
  readPlaintexts,
  requestRotation,
  startKeyApp,
  type Secrets,
} from './secret-world.js';

jest.setTimeout(60_000);

let app: TestApp;
let admin: TestClient;
let acme: Secrets;
let globex: Secrets;
let sql: DataSource;
beforeAll(async () => {
  app = await startKeyApp();
  admin = await app.setUp();
  sql = app.get(DataSource);
  [acme, globex] = [await fillSecrets(app, 'Acme'), await fillSecrets(app, 'Globex')];
});
afterAll(() => app.close());

const currentKeys = async (): Promise<string[]> =>
  (await sql.query<{ id: string }[]>(`SELECT id FROM base_data_key WHERE is_current AND purpose = 'data'`)).map(
    ({ id }) => id,
  );
const readFileOf = ({ client, fileId }: Secrets) => app.get(FileStore).readText(client.organizationId, fileId);

describe('a rotation of data keys', () => {
  it('finds something in every registered place: the checks below are about all of them', async () => {
    const kinds = new Set((await readCiphers(app)).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([
      'email_message.body',
      'email_message.envelope',
      'ir_connector.config',
      'ir_connector_oauth_state.code_verifier',
      'ir_connector_param.value',
      'ir_connector_token.access_token',
      'messaging_message.body',
      'messaging_message.envelope',
      'web_idempotency_key.answer',
    ]);
    expect(app.get(EncryptedData).files.map(({ kind }) => kind)).toEqual(['storage_document files']);
  });

  it('of one organization encrypts anew what is its, leaves others alone, and changes no text', async () => {
    const before = await readPlaintexts(app);
    const foreign = (await readCiphers(app)).filter(({ owner }) => owner === globex.client.organizationId);
    const old = await currentKeys();
    const id = await requestRotation(admin, { kind: 'data', organization_id: acme.client.organizationId });
    const rotation = await completedRotation(admin, id);

    expect(rotation).toMatchObject({ kind: 'data', organization_id: acme.client.organizationId, note: null });
    for (const { total, done, changed, unreadable } of rotation.progress as Record<string, number>[]) {
      expect([done, changed, unreadable]).toEqual([total, total, 0]);
    }
    const [added] = (await currentKeys()).filter((key) => !old.includes(key));
    const mine = (await readCiphers(app)).filter(({ owner }) => owner === acme.client.organizationId);
    const used = mine.map(({ bytes }) => bytes.toString('hex', 1, 17));
    expect(new Set(used)).toEqual(new Set([added?.replaceAll('-', '')]));
    const others = (await readCiphers(app)).filter(({ owner }) => owner === globex.client.organizationId);
    expect(others.map(({ bytes }) => bytes)).toEqual(foreign.map(({ bytes }) => bytes));
    expect(await readPlaintexts(app)).toEqual(before);
    expect(await readFileOf(acme)).toBe(FILE_TEXT);
  });

  it('of all leaves nothing under an old key, the instance and files included', async () => {
    const before = await readPlaintexts(app);
    const old = await currentKeys();
    await completedRotation(admin, await requestRotation(admin, { kind: 'data' }));
    const now = await currentKeys();
    expect(now.filter((key) => old.includes(key))).toEqual([]);
    for (const used of await keyIdsInUse(app)) expect(now).toContain(used);
    expect(await readPlaintexts(app)).toEqual(before);
    expect([await readFileOf(acme), await readFileOf(globex)]).toEqual([FILE_TEXT, FILE_TEXT]);
    expect((await app.get(CipherVerifier).run()).reduce((sum, { unreadable }) => sum + unreadable, 0)).toBe(0);
  });

  it('removes replaced keys after a time, once nothing stands under them', async () => {
    const retired = () => sql.query<unknown[]>(`SELECT 1 FROM base_data_key WHERE NOT is_current`);
    expect((await retired()).length).toBeGreaterThan(3);
    await sql.query('UPDATE base_key_rotation SET remove_after = now() WHERE removed_at IS NULL');
    app.get(RotationWorker).wake();
    await until(retired, (rows) => rows.length === 0);
    expect(await readFileOf(acme)).toBe(FILE_TEXT);
    const rotations = async () => (await admin.get('/api/keys/rotations')).body.items as { keys_removed_at: unknown }[];
    await until(rotations, (items) => items.length === 2 && items.every((item) => item.keys_removed_at !== null));
    const audited = await sql.query<{ action: string }[]>(`SELECT action FROM audit_event WHERE action LIKE 'keys.%'`);
    expect(new Set(audited.map(({ action }) => action))).toEqual(
      new Set(['keys.rotation_requested', 'keys.data_key_created', 'keys.rotation_completed', 'keys.data_key_removed']),
    );
  });

  it('keeps a replaced key while a ciphertext stands under it that it could not read, and tells of it', async () => {
    const [row] = await sql.query<{ id: string; value: Buffer }[]>(
      `SELECT id, value FROM ir_connector_param WHERE connector_id = $1 ORDER BY id LIMIT 1`,
      [acme.connectorId],
    );
    if (!row) throw new Error('no param');
    const damaged = Buffer.from(row.value);
    damaged.writeUInt8(damaged.readUInt8(40) ^ 1, 40);
    await sql.query('UPDATE ir_connector_param SET value = $2 WHERE id = $1', [row.id, damaged]);
    const rotation = await completedRotation(
      admin,
      await requestRotation(admin, { kind: 'data', organization_id: acme.client.organizationId }),
    );
    const params = (rotation.progress as { kind: string; unreadable: number }[]).find(
      ({ kind }) => kind === 'ir_connector_param.value',
    );
    expect(params?.unreadable).toBe(1);
    await sql.query('UPDATE base_key_rotation SET remove_after = now() WHERE removed_at IS NULL');
    app.get(RotationWorker).wake();
    const postponed = () =>
      sql.query<unknown[]>('SELECT 1 FROM base_key_rotation WHERE removed_at IS NULL AND remove_after > now()');
    await until(postponed, (rows) => rows.length === 1);
    expect(await sql.query(`SELECT 1 FROM base_data_key WHERE NOT is_current`)).toHaveLength(1);

    await sql.query('UPDATE ir_connector_param SET value = $2 WHERE id = $1', [row.id, row.value]);
    await sql.query('UPDATE base_key_rotation SET remove_after = now() WHERE removed_at IS NULL');
    app.get(RotationWorker).wake();
    await until(
      () => sql.query<unknown[]>(`SELECT 1 FROM base_data_key WHERE NOT is_current`),
      (rows) => rows.length === 0,
    );
    expect((await readPlaintexts(app)).get(`ir_connector_param.value ${row.id}`)).toBe('Acme 0');
  });

  it('takes along what a slow writer stores under the old key afterwards', async () => {
    const late = await app
      .get(KeyRing)
      .encrypt(acme.client.organizationId, ['ir_connector', acme.connectorId, 'config'], '{}');
    await completedRotation(admin, await requestRotation(admin, { kind: 'data' }));
    await sql.query('UPDATE ir_connector SET config = $2 WHERE id = $1', [acme.connectorId, late]);
    expect(await keyIdsInUse(app)).not.toEqual(new Set(await currentKeys()));
    await sql.query('UPDATE base_key_rotation SET remove_after = now() WHERE removed_at IS NULL');
    app.get(RotationWorker).wake();
    await until(
      () => sql.query<unknown[]>(`SELECT 1 FROM base_data_key WHERE NOT is_current`),
      (rows) => rows.length === 0,
    );
    expect((await readPlaintexts(app)).get(`ir_connector.config ${acme.connectorId}`)).toBe('{}');
  });

  it('lets a request that was answered once be answered so again', async () => {
    const headers = { 'idempotency-key': 'across-rotations' };
    const first = await acme.client.post('/api/connectors', draft('Across'), { headers });
    await completedRotation(admin, await requestRotation(admin, { kind: 'data' }));
    const again = await acme.client.post('/api/connectors', draft('Across'), { headers });
    expect([again.status, again.body]).toEqual([201, first.body]);
  });
});

describe('the API', () => {
  it('shows ids, ages and counts, and no key', async () => {
    const answer = await admin.get('/api/keys?limit=2');
    expect(answer.body).toMatchObject({
      provider: 'environment',
      is_sealed: false,
      sealed_reason: null,
      is_new_master_waiting: false,
      organizations: 3,
      organizations_without_key: 0,
    });
    const items = answer.body.items as { organization_id: string | null; keys: object[] }[];
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({ organization_id: null });
    const rest = await admin.get(`/api/keys?limit=9&cursor=${answer.body.next_cursor as string}`);
    expect(rest.body).toMatchObject({ next_cursor: null, items: [{}, {}] });
    const keys = await sql.query<{ wrapped_key: Buffer }[]>('SELECT wrapped_key FROM base_data_key');
    for (const { wrapped_key: key } of keys) {
      for (const form of ['base64', 'hex'] as const) expect(answer.text).not.toContain(key.toString(form));
    }
  });

  it('is for instance admins', async () => {
    for (const path of ['/api/keys', '/api/keys/rotations']) expect((await acme.client.get(path)).status).toBe(403);
    expect((await acme.client.post('/api/keys/rotations', { kind: 'data' })).status).toBe(403);
  });

  it.each([
    [{ kind: 'other' }, 400],
    [{ kind: 'master', organization_id: '01890000-0000-7000-8000-000000000000' }, 400],
    [{ kind: 'data', organization_id: '01890000-0000-7000-8000-000000000000' }, 404],
    [{ kind: 'data', organization_id: null }, 400],
    [{}, 400],
  ])('refuses %j with %d', async (body, status) => {
    expect((await admin.post('/api/keys/rotations', body)).status).toBe(status);
  });

  it('says what is missing for a new master key, and makes none', async () => {
    const answer = await admin.post('/api/keys/rotations', { kind: 'master' });
    expect(answer).toMatchObject({ status: 409, body: { code: 'new_master_key_missing' } });
    expect(await sql.query('SELECT 1 FROM base_key_check')).toHaveLength(1);
  });

  it('takes one rotation at a time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => admin.post('/api/keys/rotations', { kind: 'data' })),
    );
    const taken = answers.filter(({ status }) => status === 202);
    expect(taken).toHaveLength(1);
    for (const { status, body } of answers) if (status !== 202) expect(body.code).toBe('rotation_in_progress');
    await completedRotation(admin, (taken[0]?.body as { id: string }).id);
  });
});

describe('a key file', () => {
  it('takes a new master key, by which every data key is wrapped then; the old one is kept in the file', async () => {
    const filed = await startKeyApp({ env: { EDE_MASTER_KEY: '' } });
    try {
      const secrets = await fillSecrets(filed, 'Filed');
      const before = await readPlaintexts(filed);
      const file = filed.settings.masterKeyFile;
      const old = await readFile(file, 'utf8');
      const boss = await filed.setUp();
      const mac = filed.get(KeyRing).mac('probe', 'data');
      const rotation = await completedRotation(boss, await requestRotation(boss, { kind: 'master' }));
      expect(rotation.progress).toMatchObject([{ kind: 'base_data_key.wrapped_key', unreadable: 0 }]);
      const lines = (await readFile(file, 'utf8')).trim().split('\n');
      expect(lines).toHaveLength(2);
      expect(lines[1]).toBe(old.trim());
      const { master_keys: masters } = (await boss.get('/api/keys')).body as { master_keys: object[] };
      expect(masters).toMatchObject([{ is_current: true, is_known: true }]);
      expect(await readPlaintexts(filed)).toEqual(before);
      expect(filed.get(KeyRing).mac('probe', 'data')).toEqual(mac);

      // The former key is needed no more, not even by a start.
      await writeFile(file, `${lines[0] ?? ''}\n`);
      const database = { url: filed.settings.databaseUrl ?? '', drop: () => Promise.resolve() };
      const env = { EDE_MASTER_KEY: '', EDE_MASTER_KEY_FILE: file };
      const again = await startKeyApp({ database, env });
      expect(await readPlaintexts(again)).toEqual(before);
      expect(again.get(KeyRing).mac('probe', 'data')).toEqual(mac);
      await again.close();
      expect((await secrets.client.get(`/api/connectors/${secrets.connectorId}`)).status).toBe(200);
    } finally {
      await filed.close();
    }
  });
});
