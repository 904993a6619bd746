import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { KeyRing } from '../../src/core/crypto/index.js';
import type { TestApp } from '../support/app.js';
import { TestClient } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { renewDataKey } from '../support/data-keys.js';
import { until } from '../support/delivery.js';
import { VaultPeer, type VaultFault } from '../support/peers/vault.js';
import { completedRotation, draft, fillSecrets, readPlaintexts, requestRotation, startKeyApp } from './secret-world.js';

jest.setTimeout(60_000);

const AN_HOUR_MS = 60 * 60_000;

let vault: VaultPeer;
let database: TestDatabase;
const open: TestApp[] = [];
beforeEach(async () => {
  vault = await VaultPeer.start();
  vault.createKey();
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
  await vault.stop();
  await database.drop();
});

async function start(env: Record<string, string> = {}): Promise<TestApp> {
  const app = await startKeyApp({ database, env: { ...vault.env, ...env } });
  open.push(app);
  return app;
}

async function stop(app: TestApp): Promise<void> {
  open.splice(open.indexOf(app), 1);
  await app.close();
}

/** The first administrator, on another process. */
async function signedIn(app: TestApp): Promise<TestClient> {
  const client = new TestClient(app.url);
  await client.logIn('admin@example.com', 'correct horse battery staple');
  return client;
}

const ringOf = (app: TestApp) => app.get(KeyRing);
const unsealed = (app: TestApp) =>
  until(
    () => ringOf(app).isSealed,
    (isSealed) => !isSealed,
  );

describe('a master key in the service', () => {
  it('wraps every data key, is asked once for each, and another process reads under it', async () => {
    const app = await start();
    await fillSecrets(app, 'Acme');
    const before = await readPlaintexts(app);
    expect(before.size).toBeGreaterThan(10);
    const rows = await app.get(DataSource).query<{ wrapped_key: Buffer }[]>('SELECT wrapped_key FROM base_data_key');
    for (const { wrapped_key: key } of rows) expect(key.toString('latin1')).toMatch(/^vault:v1:/);

    const asked = vault.count('decrypt');
    const other = await start();
    expect(await readPlaintexts(other)).toEqual(before);
    await readPlaintexts(other);
    // The check, the root of the codes, the instance and two organizations with secrets at most.
    expect(vault.count('decrypt') - asked).toBeLessThanOrEqual(5);
    expect(vault.calls.filter(({ status }) => status !== 200)).toEqual([]);
  });

  it('does not open a wrapped key that was moved to another organization', async () => {
    const app = await start();
    const [acme, globex] = [await fillSecrets(app, 'Acme'), await fillSecrets(app, 'Globex')];
    const sql = app.get(DataSource);
    await sql.query(
      `UPDATE base_data_key SET wrapped_key = (SELECT wrapped_key FROM base_data_key WHERE organization_id = $1)
       WHERE organization_id = $2`,
      [globex.client.organizationId, acme.client.organizationId],
    );
    const other = await start();
    await expect(readPlaintexts(other)).rejects.toMatchObject({ definition: { code: 'secret_unreadable' } });
  });

  it('is rotated: a new version wraps what there is, and older versions may be closed', async () => {
    const app = await start();
    await fillSecrets(app, 'Acme');
    const before = await readPlaintexts(app);
    const mac = ringOf(app).mac('probe', 'data');
    const admin = await app.setUp();
    const rotation = await completedRotation(admin, await requestRotation(admin, { kind: 'master' }));
    expect(rotation.progress).toMatchObject([
      { kind: 'base_data_key.wrapped_key', done: 4, changed: 4, unreadable: 0 },
    ]);
    expect(vault.versionOf()).toBe(2);
    const answer = await fetch(`${vault.url}/v1/transit/keys/ede-connectors/config`, {
      method: 'POST',
      headers: { 'x-vault-token': vault.token, 'x-vault-request': 'true' },
      body: JSON.stringify({ min_decryption_version: 2 }),
    });
    expect(answer.status).toBe(200);

    const other = await start();
    expect(await readPlaintexts(other)).toEqual(before);
    expect(ringOf(other).mac('probe', 'data')).toEqual(mac);
    expect((await admin.get('/api/keys')).body).toMatchObject({ master_keys: [{ version: 2, data_keys: 4 }] });
  });

  it('is moved to from the environment, while the old key is given as the previous one', async () => {
    const masterKey = Buffer.alloc(32, 7).toString('base64');
    const local = await startKeyApp({ database, env: { EDE_MASTER_KEY: masterKey } });
    await fillSecrets(local, 'Acme');
    const before = await readPlaintexts(local);
    await local.close();

    const app = await start({ EDE_MASTER_KEY_PREVIOUS: masterKey });
    const admin = await signedIn(app);
    expect((await admin.get('/api/keys')).body).toMatchObject({ provider: 'vault', is_new_master_waiting: true });
    await completedRotation(admin, await requestRotation(admin, { kind: 'master' }));
    await stop(app);

    const after = await start();
    expect(await readPlaintexts(after)).toEqual(before);
    expect(vault.versionOf()).toBe(1);
  });

  it('is not moved to while a process does not have it: that one goes on, and tells which it is', async () => {
    const masterKey = Buffer.alloc(32, 7).toString('base64');
    const old = await startKeyApp({ database, env: { EDE_MASTER_KEY: masterKey } });
    open.push(old);
    const acme = await fillSecrets(old, 'Acme');
    const app = await start({ EDE_MASTER_KEY_PREVIOUS: masterKey });
    const admin = await signedIn(app);
    const known = () => app.get(DataSource).query<unknown[]>('SELECT 1 FROM base_key_process');
    await until(known, (rows) => rows.length === 2);
    const id = await requestRotation(admin, { kind: 'master' });
    const read = async () =>
      (await admin.get(`/api/keys/rotations/${id}`)).body as { note: string | null; status: string };
    const { note, status } = await until(read, (rotation) => rotation.note !== null);
    expect([status, note]).toEqual(['waiting', expect.stringContaining(String(process.pid))]);
    const written = await acme.client.post('/api/connectors', draft('Meanwhile'));
    expect(written.status).toBe(201);

    await stop(old);
    await completedRotation(admin, id);
    expect((await admin.get('/api/connectors')).status).toBe(200);
  });

  it('reads its token from a file each time, so that an agent may renew it', async () => {
    const app = await start();
    const { dataDir } = app.settings;
    await stop(app);
    const file = join(dataDir, '..', 'token');
    await import('node:fs/promises').then(({ mkdir }) => mkdir(join(dataDir, '..'), { recursive: true }));
    await writeFile(file, `${vault.token}\n`);
    const again = await start({ EDE_VAULT_TOKEN: '', EDE_VAULT_TOKEN_FILE: file });
    await again.setUp();
    vault.token = 'hvs.renewed';
    await writeFile(file, 'hvs.renewed\n');
    await again.createOrganization('After the renewal');
    expect(ringOf(again).isSealed).toBe(false);
  });
});

describe('a service that fails', () => {
  it.each<VaultFault>(['sealed', 'error', 'cut', 'html', 'redirect', 'echo'])(
    'with %s at the start seals the server, which opens by itself when it is back',
    async (fault) => {
      const first = await start();
      await fillSecrets(first, 'Acme');
      const before = await readPlaintexts(first);
      const keys = await first
        .get(DataSource)
        .query<unknown[]>('SELECT id, wrapped_key FROM base_data_key ORDER BY id');
      await stop(first);

      vault.fault = fault;
      const app = await start();
      expect(ringOf(app).isSealed).toBe(true);
      expect(ringOf(app).sealedReason).toMatch(/master key/);
      const admin = await signedIn(app);
      const status = await admin.get('/api/keys');
      expect(status.body).toMatchObject({ is_sealed: true, sealed_reason: ringOf(app).sealedReason });
      expect(await admin.get('/health/ready')).toMatchObject({ status: 503 });
      expect((await admin.post('/api/organizations', { name: 'Second' })).body).toMatchObject({ code: 'sealed' });
      expect(JSON.stringify([status.body, app.log])).not.toContain(vault.token);

      vault.fault = 'none';
      await unsealed(app);
      expect(await readPlaintexts(app)).toEqual(before);
      expect(await app.get(DataSource).query('SELECT id, wrapped_key FROM base_data_key ORDER BY id')).toEqual(keys);
    },
  );

  it('with a refused token seals the server until the token is good again', async () => {
    const first = await start();
    await fillSecrets(first, 'Acme');
    await stop(first);
    const app = await start({ EDE_VAULT_TOKEN: 'hvs.wrong' });
    expect(ringOf(app).sealedReason).toContain('refused the token');
    vault.token = 'hvs.wrong';
    await unsealed(app);
  });

  it('that stands at another place with the same names is not the one: sealed, and no key is made', async () => {
    const first = await start();
    await fillSecrets(first, 'Acme');
    await stop(first);
    vault.loseKeys();
    vault.mayCreate = true;
    const app = await start();
    expect(ringOf(app).isSealed).toBe(true);
    expect(vault.versionOf()).toBe(0);

    vault.createKey();
    const other = await start();
    expect(ringOf(other).sealedReason).toContain('not the one');
  });

  it('that loses its key while the server runs gets no new one by an organization that is made', async () => {
    const app = await start();
    const admin = await app.setUp();
    vault.loseKeys();
    vault.mayCreate = true;
    expect((await admin.post('/api/organizations', { name: 'Second' })).status).toBe(503);
    expect(vault.versionOf()).toBe(0);
  });

  it('while the server runs leaves the organizations alone that are in use', async () => {
    const app = await start();
    const acme = await fillSecrets(app, 'Acme');
    await stop(app);
    const again = await start();
    const client = await signedIn(again);
    expect((await client.get(`/api/connectors/${acme.connectorId}`)).status).toBe(200);
    const before = await readPlaintexts(again);
    await vault.stop();
    expect(await readPlaintexts(again)).toEqual(before);
    expect((await client.post('/api/organizations', { name: 'Second' })).status).toBe(503);
    await vault.restart();
    expect((await client.post('/api/organizations', { name: 'Second' })).status).toBe(201);
  });

  it('and says nothing is asked before a transaction begins, not in it, for every key that it needs', async () => {
    const app = await start();
    const { client, connectorId } = await fillSecrets(app, 'Acme');
    const sql = app.get(DataSource);
    const [{ wrapped }] = await sql.query<[{ wrapped: Buffer }]>(
      'SELECT wrapped_key AS wrapped FROM base_data_key WHERE organization_id = $1',
      [client.organizationId],
    );
    await renewDataKey(app, client.organizationId);
    await ringOf(app).refreshCurrent();
    const { now } = performance;
    performance.now = () => now.call(performance) + AN_HOUR_MS;
    vault.fault = 'hang';
    try {
      const change = { param_ids: [{ key: 'key_0', value: 'changed' }] };
      const changing = client.patch(`/api/connectors/${connectorId}`, change);
      await until(
        () => [...vault.hanging].join(),
        (asked) => asked.includes(wrapped.toString('latin1')),
      );
      const isFree = 'SELECT 1 FROM ir_connector WHERE id = $1 FOR UPDATE SKIP LOCKED';
      expect(await sql.query(isFree, [connectorId])).toHaveLength(1);
      expect((await changing).status).toBe(200);
    } finally {
      performance.now = now;
      vault.fault = 'none';
    }
  });

  it('in the middle of a rotation holds it up, and nothing is lost', async () => {
    const app = await start();
    await fillSecrets(app, 'Acme');
    const before = await readPlaintexts(app);
    const admin = await app.setUp();
    vault.fault = 'sealed';
    const id = await requestRotation(admin, { kind: 'data' });
    const read = async () => (await admin.get(`/api/keys/rotations/${id}`)).body as { note: string | null };
    const { note } = await until(read, (rotation) => rotation.note !== null);
    expect(note).toContain('sealed or in maintenance');
    expect(await readPlaintexts(app)).toEqual(before);
    vault.fault = 'none';
    await completedRotation(admin, id);
    expect(await readPlaintexts(app)).toEqual(before);
  });
});
