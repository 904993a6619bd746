import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { auditCommand } from '../../src/audit-command.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Intruder } from './tampering.js';

let database: TestDatabase;
let app: TestApp;
let home: string;
let env: Record<string, string>;
let intruder: Intruder;

beforeEach(async () => {
  database = await createTestDatabase();
  home = await mkdtemp(join(tmpdir(), 'ede-audit-'));
  env = { DATABASE_URL: database.url, EDE_DATA_DIR: home, EDE_MASTER_KEY: randomBytes(32).toString('base64') };
  app = await startTestApp({ database, env });
  await app.setUp();
  await app.createOrganization('Acme');
  intruder = await Intruder.on(database.url);
});
afterEach(async () => {
  await intruder.leave();
  await app.close();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

it('tells each trail beside a running server, and ends with 0 when all are intact', async () => {
  const { text, status } = await auditCommand(['verify'], env);
  expect(status).toBe(0);
  expect(text.split('\n').sort()).toEqual([
    expect.stringMatching(/^intact {3}Acme \([0-9a-f-]{36}\): 1 events; ends at 1 with [0-9a-f]{64}$/),
    expect.stringMatching(/^intact {3}First \(/),
    expect.stringMatching(/^intact {3}Instance: \d+ events; /),
  ]);
});

it('names the broken row, and ends with 1', async () => {
  const id = await app.createOrganization('Acme');
  const [row] = await intruder.run(`UPDATE audit_event SET facts = '{"a":1}' WHERE chain = $1 RETURNING id`, [id]);
  const { text, status } = await auditCommand(['verify'], env);
  expect(status).toBe(1);
  expect(text).toContain(`broken   Acme (${id}): at event 1 (${String(row?.['id'])}): The row is not what was written`);
});

it('misses the trail of an organization that has none', async () => {
  const id = await app.createOrganization('Acme');
  await intruder.run('DELETE FROM audit_event WHERE chain = $1', [id]);
  await intruder.run('DELETE FROM audit_chain WHERE chain = $1', [id]);
  expect(await auditCommand(['verify'], env)).toMatchObject({
    status: 1,
    text: expect.stringContaining('broken   Acme'),
  });
});

it('ends with 3 when events are unsigned', async () => {
  await intruder.run('UPDATE audit_event SET mac = NULL WHERE chain_seq = 1 AND organization_id IS NULL');
  const { text, status } = await auditCommand(['verify'], env);
  expect(status).toBe(3);
  expect(text).toMatch(/unsigned Instance: \d+ events, 1 of them unsigned, the first is 1; /);
});

it('notices a database that was put back to an older state, by what it printed before', async () => {
  const tables = ['audit_event', 'audit_chain'];
  for (const table of tables) await intruder.run(`CREATE TABLE old_${table} AS TABLE ${table}`);
  await app.createOrganization('Globex');
  const file = join(home, 'ends.json');
  await writeFile(file, (await auditCommand(['verify', '--json'], env)).text);
  expect((await auditCommand(['verify', '--since', file], env)).status).toBe(0);
  for (const table of tables) {
    await intruder.run(`DELETE FROM ${table}`);
    await intruder.run(`INSERT INTO ${table} OVERRIDING SYSTEM VALUE SELECT * FROM old_${table}`);
  }
  await intruder.run(
    `DELETE FROM res_membership WHERE organization_id IN (SELECT id FROM res_organization WHERE name = 'Globex')`,
  );
  await intruder.run(`DELETE FROM res_organization WHERE name = 'Globex'`);
  expect((await auditCommand(['verify'], env)).status).toBe(0);
  const { text, status } = await auditCommand(['verify', '--since', file], env);
  expect(status).toBe(1);
  expect(text).toContain('The end that an earlier verification told is not there any more');
});

it('says that nothing can be verified without the keys', async () => {
  const wrong = { ...env, EDE_MASTER_KEY: randomBytes(32).toString('base64') };
  await expect(auditCommand(['verify'], wrong)).rejects.toThrow('The master key is missing or wrong');
});

it.each([[[]], [['check']], [['verify', '--all']], [['verify', '--since', 'absent.json']]])(
  'shows its usage for %j',
  async (args) => {
    await expect(auditCommand(args, env)).rejects.toThrow('Usage: npm run audit');
  },
);
