import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { runKeysCommand } from '../../src/keys-command.js';
import type { TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { fillSecrets, readPlaintexts, startKeyApp, type Secrets } from './secret-world.js';

jest.setTimeout(60_000);

let database: TestDatabase;
let home: string;
let app: TestApp;
let acme: Secrets;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  home = await mkdtemp(join(tmpdir(), 'ede-keys-'));
  const keys = {
    EDE_MASTER_KEY: '',
    EDE_MASTER_KEY_FILE: join(home, 'key'),
    EDE_DATA_DIR: join(home, 'data'),
  };
  env = { ...keys, DATABASE_URL: database.url };
  app = await startKeyApp({ database, env: keys });
  acme = await fillSecrets(app, 'Acme');
});
afterAll(async () => {
  await app.close();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ isGood: boolean; lines: string[] }> {
  const lines: string[] = [];
  const isGood = await runKeysCommand(args, env, (line) => void lines.push(line));
  return { isGood, lines };
}

describe('npm run keys', () => {
  it('tells how the keys stand', async () => {
    const { isGood, lines } = await run('status');
    expect(isGood).toBe(true);
    expect(lines).toEqual(expect.arrayContaining(['Master key from: file', 'Sealed: no']));
  });

  it.each([
    ['rotate-data', () => acme.client.organizationId],
    ['rotate-data', () => null],
    ['rotate-master', () => null],
  ])('does %s beside a running server, whose answers stay as they are', async (name, argument) => {
    const before = await readPlaintexts(app);
    const organization = argument();
    const { isGood, lines } = await run(name, ...(organization === null ? [] : [organization]));
    expect(isGood).toBe(true);
    expect(lines.at(-1)).toContain('completed');
    expect(await readPlaintexts(app)).toEqual(before);
    expect(
      (await acme.client.post('/api/connectors', { name, category: 'storage', provider_type: 's3_compatible' })).status,
    ).toBe(201);
  });

  it('finds what cannot be read', async () => {
    expect(await run('verify')).toMatchObject({ isGood: true });
    await app.get(DataSource).query(
      `UPDATE ir_connector_param SET value = set_byte(value, 40, get_byte(value, 40) # 1)
       WHERE id = (SELECT id FROM ir_connector_param ORDER BY id LIMIT 1)`,
    );
    const { isGood, lines } = await run('verify');
    expect(isGood).toBe(false);
    expect(lines.filter((line) => !line.endsWith(' 0 unreadable'))).toEqual([
      expect.stringMatching(/^ir_connector_param\.value: \d+ seen, 1 unreadable$/),
    ]);
  });

  it('says that it is sealed with another key, and rotates nothing', async () => {
    const other = { ...env, EDE_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') };
    const lines: string[] = [];
    expect(await runKeysCommand(['status'], other, (line) => void lines.push(line))).toBe(false);
    expect(lines.join('\n')).toMatch(/Sealed: yes, the master key/);
    await expect(runKeysCommand(['rotate-data'], other, () => undefined)).rejects.toMatchObject({
      definition: { code: 'sealed' },
    });
  });

  it.each([[[]], [['rotate']], [['rotate-data', 'acme']], [['status', 'x']]])('refuses %j', async (args) => {
    await expect(run(...args)).rejects.toThrow(/^Usage/);
  });
});
