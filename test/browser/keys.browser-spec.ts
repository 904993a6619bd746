import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { TestBrowser } from './support/browser.js';
import { button } from './support/locators.js';
import type { Visitor } from './support/visitor.js';

const KEYS = '/settings/keys';
const STRANGER = 'another-machine 4711';

let browser: TestBrowser;
beforeAll(async () => {
  browser = await TestBrowser.start();
});
afterAll(() => browser.close());

const visit = async (app: TestApp, client: TestClient): Promise<Visitor> =>
  (await browser.visitor(app.url)).useSessionOf(client);
const rotations = (page: Page) => page.getByRole('region', { name: 'Rotation' });

async function start(page: Page, action: string): Promise<void> {
  await button(page, action).click();
  await button(page, 'Start').click();
}

describe('a master key in a file', () => {
  let home: string;
  let app: TestApp;
  let admin: TestClient;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'ede-browser-keys-'));
    app = await startTestApp({ env: { EDE_MASTER_KEY: '', EDE_MASTER_KEY_FILE: join(home, 'key') } });
    admin = await app.setUp();
  });
  afterAll(async () => {
    await app.close();
    await rm(home, { recursive: true, force: true });
  });
  const currentKey = async (): Promise<string> => (await readFile(join(home, 'key'), 'utf8')).split('\n')[0] ?? '';

  it('is renewed, and what it protects is as before', async () => {
    const { id } = await admin.createConnector({ param_ids: [{ key: 'bucket', value: 'minutes' }] });
    const before = await currentKey();
    const visitor = await visit(app, admin);
    const page = await visitor.open(KEYS);
    await button(page, 'Renew the master key').click();
    await page.getByText('Back the file up afterwards').waitFor();
    await button(page, 'Start').click();
    await rotations(page).getByText('Master key', { exact: true }).waitFor();
    await rotations(page).getByText('Done', { exact: true }).waitFor();
    expect(await currentKey()).not.toBe(before);
    expect(JSON.stringify(await admin.readConnector(String(id)))).toContain('minutes');
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('shows how far a rotation of the data keys is, until nothing holds it up', async () => {
    await admin.createConnector({ param_ids: [{ key: 'bucket', value: 'held' }] });
    const visitor = await visit(app, admin);
    const page = await visitor.open(KEYS);
    const holder = app.get(DataSource).createQueryRunner();
    await holder.startTransaction();
    await holder.query('SELECT 1 FROM ir_connector_param FOR UPDATE');
    try {
      await start(page, 'Renew the data keys');
      await rotations(page).getByText('Running', { exact: true }).waitFor();
      await rotations(page).getByRole('progressbar', { name: 'Written anew' }).waitFor();
      expect(await button(page, 'Renew the data keys').isDisabled()).toBe(true);
    } finally {
      await holder.rollbackTransaction();
      await holder.release();
    }
    await rotations(page).getByText('Running', { exact: true }).waitFor({ state: 'detached' });
    expect(await button(page, 'Renew the data keys').isEnabled()).toBe(true);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });
});

describe('a master key in the environment', () => {
  let database: TestDatabase;
  let app: TestApp;
  let admin: TestClient;
  beforeAll(async () => {
    database = await createTestDatabase();
    const [present, next] = [randomBytes(32), randomBytes(32)].map((key) => key.toString('base64')) as [string, string];
    const earlier = await startTestApp({ database, env: { EDE_MASTER_KEY: present } });
    const { email, password } = (await earlier.setUp()).identity;
    await earlier.close();
    app = await startTestApp({ database, env: { EDE_MASTER_KEY: next, EDE_MASTER_KEY_PREVIOUS: present } });
    admin = app.anonymous();
    await admin.logIn(email, password);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  it('that the operator has set is moved to, once every process knows it; until then it can be withdrawn', async () => {
    const sql = app.get(DataSource);
    await sql.query(
      `INSERT INTO base_key_process (id, label, master_key_ids, is_sealed, epoch, seen_at)
       VALUES ($1, $2, '{}', false, 0, now() + interval '1 hour')`,
      ['01890000-0000-7000-8000-000000000000', STRANGER],
    );
    const visitor = await visit(app, admin);
    const page = await visitor.open(KEYS);
    await start(page, 'Move to the new master key');
    await rotations(page).getByText('Waiting', { exact: true }).waitFor();
    await rotations(page).getByText(STRANGER).waitFor();
    await button(page, 'Withdraw').click();
    await rotations(page).getByText('Waiting', { exact: true }).waitFor({ state: 'detached' });

    await sql.query('DELETE FROM base_key_process WHERE label = $1', [STRANGER]);
    await start(page, 'Move to the new master key');
    await rotations(page).getByText('Done', { exact: true }).waitFor();
    await button(page, 'Move to the new master key').waitFor({ state: 'detached' });
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });
});
