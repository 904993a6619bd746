import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource } from 'typeorm';
import { loadSettings } from '../../src/core/config/index.js';
import type { Egress } from '../../src/core/egress/index.js';
import { KeyFileError, KeyProviders, SecretUnreadableError, type KeyRing } from '../../src/core/crypto/index.js';
import { SealedError } from '../../src/core/errors/index.js';
import { KeyRingOpener } from '../../src/foundation/base/keys/key-ring-opener.js';
import { KeyStateStore } from '../../src/foundation/base/keys/key-state.store.js';
import { SqlDataKeyStore } from '../../src/foundation/base/keys/sql-data-key.store.js';
import { dataSourceOptions, newId, TransactionRunner } from '../../src/persistence/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const CONTEXT = ['param', 'record', 'key'];

let database: TestDatabase;
let dataSource: DataSource;
let transactions: TransactionRunner;
let home: string;
let log: string[];

beforeEach(async () => {
  log = [];
  const note = (message: unknown) => void log.push(String(message));
  Logger.overrideLogger({ log: note, warn: note, error: note });
  database = await createTestDatabase();
  dataSource = await new DataSource(dataSourceOptions({ url: database.url })).initialize();
  transactions = new TransactionRunner(dataSource, new EventEmitter2());
  home = await mkdtemp(join(tmpdir(), 'ede-home-'));
});
afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

const keyFile = () => join(home, 'data.key');
const newKey = () => randomBytes(32).toString('base64');

/** A key in this process is never asked for over the network. */
const noEgress = { request: () => Promise.reject(new Error('no network')) } as unknown as Egress;

/** What a start of the server does with its key. */
function open(env: Record<string, string> = {}): Promise<KeyRing> {
  const settings = loadSettings({ DATABASE_URL: database.url, EDE_DATA_DIR: join(home, 'data'), ...env });
  const state = new KeyStateStore(dataSource, transactions);
  return new KeyRingOpener(new KeyProviders(settings, noEgress), state, new SqlDataKeyStore(dataSource)).open();
}

async function createOrganization(ring: KeyRing): Promise<string> {
  const id = newId();
  const key = await ring.prepareDataKey(id);
  await transactions.run(async (tx) => {
    await tx.query('INSERT INTO res_organization (id, name, slug) VALUES ($1, $2, $2)', [id, `o-${id}`]);
    await ring.storeDataKey(tx, key);
  });
  return id;
}

async function fileExists(): Promise<boolean> {
  return stat(keyFile()).then(
    () => true,
    () => false,
  );
}

describe('the first start', () => {
  it('makes a key file beside the data directory, and later starts read what was written under it', async () => {
    const first = await open();
    expect(first.isSealed).toBe(false);
    expect((await stat(keyFile())).mode & 0o777).toBe(0o600);
    const made = await readFile(keyFile(), 'utf8');
    expect(log).toEqual([expect.stringMatching(/data\.key\. Back it up/)]);
    expect(log.join()).not.toContain(made.trim());
    const organization = await createOrganization(first);
    const sealed = await first.encrypt(organization, CONTEXT, 'hunter2');

    const second = await open();
    expect(await second.decrypt(organization, CONTEXT, sealed)).toBe('hunter2');
    expect(log).toHaveLength(1);
    expect(await readFile(keyFile(), 'utf8')).toBe(made);
  });

  it('makes no file when the key is in the environment', async () => {
    const ring = await open({ EDE_MASTER_KEY: newKey() });
    expect(ring.isSealed).toBe(false);
    expect(await fileExists()).toBe(false);
  });

  it('takes another key as long as there is nothing encrypted', async () => {
    await open();
    const ring = await open({ EDE_MASTER_KEY: newKey() });
    expect(ring.isSealed).toBe(false);
    const organization = await createOrganization(ring);
    expect(await ring.decrypt(organization, CONTEXT, await ring.encrypt(organization, CONTEXT, 'x'))).toBe('x');
  });

  it('warns about a key file that others may read', async () => {
    await writeFile(keyFile(), newKey(), { mode: 0o644 });
    expect((await open()).isSealed).toBe(false);
    expect(log).toEqual([expect.stringContaining('chmod 600')]);
  });

  it('ends when the key file holds something else, and leaves it as it is', async () => {
    await writeFile(keyFile(), 'my notes');
    await expect(open()).rejects.toThrow(KeyFileError);
    expect(await readFile(keyFile(), 'utf8')).toBe('my notes');
  });

  it('gives processes that start together one key', async () => {
    const rings = await Promise.all([open(), open(), open(), open()]);
    const [first] = rings;
    if (!first) throw new Error('no key ring');
    const organization = await createOrganization(first);
    const sealed = await first.encrypt(organization, CONTEXT, 'hunter2');
    for (const ring of rings) expect(await ring.decrypt(organization, CONTEXT, sealed)).toBe('hunter2');
  });
});

describe('with data keys in the database', () => {
  it('a missing key file seals the server, and no new one is made', async () => {
    await createOrganization(await open());
    await unlink(keyFile());
    const ring = await open();
    expect(ring.isSealed).toBe(true);
    expect(log.at(-1)).toContain('Sealed: the master key is missing');
    expect(await fileExists()).toBe(false);
    await expect(createOrganization(ring)).rejects.toThrow(SealedError);
  });

  it.each([
    ['a wrong key in the environment', () => Promise.resolve({ EDE_MASTER_KEY: newKey() })],
    ['a wrong key file', () => writeFile(keyFile(), newKey()).then(() => ({}))],
    ['a broken key file', () => writeFile(keyFile(), 'broken').then(() => ({}))],
  ])('%s seals the server and changes nothing', async (_, spoil) => {
    const good = await open();
    const organization = await createOrganization(good);
    const sealed = await good.encrypt(organization, CONTEXT, 'hunter2');
    const right = await readFile(keyFile(), 'utf8');
    const env = await spoil();
    const spoiled = await readFile(keyFile(), 'utf8');

    const ring = await open(env);
    expect(ring.isSealed).toBe(true);
    await expect(ring.decrypt(organization, CONTEXT, sealed)).rejects.toThrow(SealedError);
    expect(await readFile(keyFile(), 'utf8')).toBe(spoiled);

    const again = await open({ EDE_MASTER_KEY: right.trim() });
    expect(await again.decrypt(organization, CONTEXT, sealed)).toBe('hunter2');
  });

  it('a process whose key was replaced meanwhile makes no organization under it', async () => {
    const old = await open();
    await open({ EDE_MASTER_KEY: newKey() });
    await expect(createOrganization(old)).rejects.toThrow(SealedError);
    expect(await dataSource.query('SELECT 1 FROM res_organization')).toEqual([]);
  });
});

it('a wrapped key moved to another organization opens nothing', async () => {
  const ring = await open();
  const [acme, globex] = [await createOrganization(ring), await createOrganization(ring)];
  const sealed = await ring.encrypt(acme, CONTEXT, 'hunter2');
  await dataSource.query('DELETE FROM base_data_key WHERE organization_id = $1', [globex]);
  await dataSource.query('UPDATE base_data_key SET organization_id = $1 WHERE organization_id = $2', [globex, acme]);
  await expect((await open()).decrypt(globex, CONTEXT, sealed)).rejects.toThrow(SecretUnreadableError);
});

it('nothing in the key tables tells a key', async () => {
  const key = randomBytes(32);
  await createOrganization(await open({ EDE_MASTER_KEY: key.toString('base64') }));
  const rows: unknown[] = await dataSource.query('SELECT * FROM base_key_check, base_data_key');
  const dump = Buffer.concat(
    rows.flatMap((row) => Object.values(row as object)).filter((cell) => Buffer.isBuffer(cell)),
  );
  expect(dump.length).toBeGreaterThan(100);
  for (let at = 0; at + 8 <= key.length; at += 1) expect(dump.includes(key.subarray(at, at + 8))).toBe(false);
});
