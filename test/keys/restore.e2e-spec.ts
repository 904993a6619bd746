import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { auditCommand } from '../../src/audit-command.js';
import { runKeysCommand } from '../../src/keys-command.js';
import type { TestClient } from '../support/client.js';
import { copyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  completedRotation,
  fillSecrets,
  FILE_TEXT,
  readPlaintexts,
  requestRotation,
  startKeyApp,
} from './secret-world.js';

jest.setTimeout(120_000);

/** A place where a server runs: its database, and a folder with its data directory and key file. */
interface Installation {
  readonly database: TestDatabase;
  readonly home: string;
}

let running: Installation;
/** What was put aside before both keys were rotated and more was written. */
let backup: Installation;
let plaintexts: ReadonlyMap<string, string>;
let member: TestClient['identity'];
let fileId: string;
/** Where the trails ended before the restore. */
let ends: string;

beforeAll(async () => {
  running = { database: await createTestDatabase(), home: await mkdtemp(join(tmpdir(), 'ede-restore-')) };
  const first = await startKeyApp({ database: running.database, env: envOf(running) });
  const secrets = await fillSecrets(first, 'Acme');
  ({ fileId } = secrets);
  member = secrets.client.identity;
  plaintexts = await readPlaintexts(first);
  const { email, password } = (await first.setUp()).identity;
  await first.close();
  backup = { database: await copyDatabase(running.database), home: await mkdtemp(join(tmpdir(), 'ede-backup-')) };
  await cp(running.home, backup.home, { recursive: true });

  const second = await startKeyApp({ database: running.database, env: envOf(running) });
  const admin = second.anonymous();
  await admin.logIn(email, password);
  for (const kind of ['master', 'data']) await completedRotation(admin, await requestRotation(admin, { kind }));
  await admin.createConnector({ name: 'After the backup' });
  await second.close();
  ends = join(running.home, 'ends.json');
  await writeFile(ends, (await auditCommand(['verify', '--json'], commandEnv(running))).text);
});
afterAll(async () => {
  for (const { database, home } of [running, backup]) {
    await database.drop();
    await rm(home, { recursive: true, force: true });
  }
});

const envOf = ({ home }: Installation, keyOf = home): Record<string, string> => ({
  EDE_MASTER_KEY: '',
  EDE_MASTER_KEY_FILE: join(keyOf, 'key'),
  EDE_DATA_DIR: join(home, 'data'),
});
const commandEnv = (of: Installation, keyOf?: string): Record<string, string> => ({
  ...envOf(of, keyOf),
  DATABASE_URL: of.database.url,
});

async function keys(name: string, of: Installation, keyOf?: string): Promise<{ isGood: boolean; text: string }> {
  const lines: string[] = [];
  const isGood = await runKeysCommand([name], commandEnv(of, keyOf), (line) => void lines.push(line));
  return { isGood, text: lines.join('\n') };
}

it('a backup is read whole with the key that was current when it was taken', async () => {
  expect(await keys('verify', backup)).toMatchObject({ isGood: true });
  const restored = await startKeyApp({ database: backup.database, env: envOf(backup) });
  try {
    expect(await readPlaintexts(restored)).toEqual(plaintexts);
    const client = restored.anonymous();
    await client.logIn(member.email, member.password);
    const file = await client.get(`/api/storage/documents/${fileId}`);
    expect(file).toMatchObject({ status: 200, body: { size: FILE_TEXT.length } });
    await client.createConnector({ name: 'After the restore' });
  } finally {
    await restored.close();
  }
});

it('the key file of today reads it too, as long as its second line is kept; without it the server is sealed', async () => {
  expect(await keys('verify', backup, running.home)).toMatchObject({ isGood: true });
  const [newest = ''] = (await readFile(join(running.home, 'key'), 'utf8')).split('\n');
  const tidied = await mkdtemp(join(tmpdir(), 'ede-key-'));
  await writeFile(join(tidied, 'key'), `${newest}\n`, { mode: 0o600 });
  const status = await keys('status', backup, tidied);
  await rm(tidied, { recursive: true });
  expect(status).toEqual({ isGood: false, text: expect.stringContaining('Sealed: yes') });
  expect(await keys('verify', backup)).toMatchObject({ isGood: true });
});

it('the restore is noticed by who kept the ends of the trails', async () => {
  expect(await auditCommand(['verify'], commandEnv(backup))).toMatchObject({ status: 0 });
  const found = await auditCommand(['verify', '--since', ends], commandEnv(backup));
  expect(found).toMatchObject({ status: 1, text: expect.stringContaining('not there any more') });
});

it('what went on running is read with its new keys', async () => {
  expect(await keys('verify', running)).toMatchObject({ isGood: true });
});
