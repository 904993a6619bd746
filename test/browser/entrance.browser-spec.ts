import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ServerProcess, ensureBuilt } from '../processes/server-process.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { until } from '../support/delivery.js';
import { createEmptyDatabase, type TestDatabase } from '../support/database.js';
import { TestBrowser } from './support/browser.js';
import { findLeaks } from './support/leaks.js';
import type { Visitor } from './support/visitor.js';

const PASSWORD = 'a long enough passphrase';

let browser: TestBrowser;
let visitor: Visitor;
beforeAll(async () => {
  browser = await TestBrowser.start();
});
afterEach(() => visitor.close());
afterAll(() => browser.close());

describe('The link that the server prints at its first start', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  let home: string;

  beforeAll(async () => {
    ensureBuilt();
    database = await createEmptyDatabase();
    home = mkdtempSync(join(tmpdir(), 'ede-first-run-'));
    server = await ServerProcess.start(process.cwd(), {
      PORT: '0',
      DATABASE_URL: database.url,
      EDE_DATA_DIR: join(home, 'data'),
    });
  });
  afterAll(async () => {
    await server.kill();
    await database.drop();
    rmSync(home, { recursive: true, force: true });
  });

  it('makes the first account, once, and leaves its token nowhere', async () => {
    const token = await until(
      () => /setup#token=(\S+)/.exec(server.output)?.[1] ?? '',
      (found) => found !== '',
    );
    visitor = await browser.visitor(server.url);
    const { page } = visitor;
    await page.goto(`/setup#token=${token}`);
    await page.getByLabel('Organization').fill('Acme');
    expect(page.url()).toBe(`${server.url}/setup`);
    await page.getByLabel('Email').fill('first@example.com');
    await page.getByLabel(/^Password/).fill(PASSWORD);
    await page.getByLabel('Repeat the password').fill('something else entirely');
    expect(await page.getByText('The two are not the same').isVisible()).toBe(true);
    await page.getByLabel('Repeat the password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Create the account' }).click();
    await page.getByRole('heading', { level: 1, name: 'Connectors' }).waitFor();
    expect(await findLeaks(visitor, [token, PASSWORD])).toEqual([]);

    await page.goto(`/setup#token=${token}`);
    await page.getByRole('heading', { name: 'Already set up' }).waitFor();
    expect(visitor.complaints).toEqual([]);
  });
});

describe('Signing in', () => {
  let app: TestApp;
  let admin: TestClient;

  beforeAll(async () => {
    app = await startTestApp();
    admin = await app.setUp('Acme');
  });
  beforeEach(async () => {
    visitor = await browser.visitor(app.url);
  });
  afterAll(() => app.close());

  async function logIn(password: string): Promise<void> {
    await visitor.page.getByLabel('Email').fill(admin.identity.email);
    await visitor.page.getByLabel(/^Password/).fill(password);
    await visitor.page.getByRole('button', { name: 'Sign in' }).click();
  }

  it('leads to the page that was asked for', async () => {
    await visitor.page.goto('/settings/users?x=1');
    await visitor.page.waitForURL('**/login?next=**');
    await logIn(admin.identity.password);
    await visitor.page.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
    expect(await findLeaks(visitor, [admin.identity.password])).toEqual([]);
  });

  it.each(['//example.com/', '/\\example.com', 'https://example.com/', 'javascript:alert(1)', '/login?next=/login'])(
    'never leads elsewhere: %s',
    async (next) => {
      await visitor.page.goto(`/login?next=${encodeURIComponent(next)}`);
      await logIn(admin.identity.password);
      await visitor.page.waitForURL(`${app.url}/settings/integrations/connectors`);
    },
  );

  it('says the same of a wrong password and of an unknown user', async () => {
    const texts: string[] = [];
    for (const email of [admin.identity.email, 'nobody@example.com']) {
      await visitor.page.goto('/login');
      await visitor.page.getByLabel('Email').fill(email);
      await visitor.page.getByLabel(/^Password/).fill('not the password');
      await visitor.page.getByRole('button', { name: 'Sign in' }).click();
      const alert = visitor.page.getByRole('alert');
      await alert.waitFor();
      texts.push((await alert.innerText()).replace(/Request \S+/, ''));
    }
    expect(texts[0]).toBe(texts[1]);
  });

  it('out leaves nothing to go back to', async () => {
    await visitor.page.goto('/login');
    await logIn(admin.identity.password);
    await visitor.page.waitForURL('**/connectors');
    await visitor.open('/settings/users');
    await visitor.page.getByRole('button', { name: 'Account' }).click();
    await visitor.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await visitor.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await visitor.page.goBack();
    await visitor.page.waitForURL('**/login**');
    expect((await visitor.context.cookies()).filter(({ value }) => value !== '')).toEqual([]);
  });
});

describe('A session that ends while a form is open', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('is asked for over the page, and the save goes on with its values', async () => {
    const admin = await app.setUp('Acme');
    visitor = await browser.visitor(app.url);
    const page = await (await visitor.useSessionOf(admin)).open(`/settings/organizations/${admin.organizationId}`);
    await page.getByRole('textbox', { name: 'Name', exact: false }).first().fill('Acme renamed');
    await admin.post('/api/auth/logout');
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.getByLabel(/^Password/).fill('wrong');
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel(/^Password/).fill(admin.identity.password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Acme renamed' }).waitFor();
    await dialog.waitFor({ state: 'hidden' });
    expect(await findLeaks(visitor, [admin.identity.password])).toEqual([]);
  });

  it('goes on in the organization that it was in, and is not thrown away by Escape', async () => {
    const admin = await app.setUp('Acme');
    await admin.logIn(admin.identity.email, admin.identity.password);
    const zenith = await app.createOrganization('Zenith');
    await admin.put(`/api/organizations/${zenith}/members/${admin.identity.userId}`, { role: 'admin' });
    await admin.put('/api/auth/session', { organization_id: zenith });
    const again = await (await browser.visitor(app.url)).useSessionOf(admin);
    const page = await again.open(`/settings/organizations/${zenith}`);
    await page.getByRole('textbox', { name: 'Name', exact: false }).first().fill('Zenith renamed');
    await admin.post('/api/auth/logout');
    await page.getByRole('button', { name: 'Save' }).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.getByLabel(/^Password/).fill(admin.identity.password);
    await page.keyboard.press('Escape');
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Zenith renamed' }).waitFor();
    const session = await page.evaluate(async () => (await fetch('/api/auth/session')).json() as Promise<object>);
    expect(session).toMatchObject({ organization_id: zenith });
    await again.close();
  });
});

describe('A server that cannot be reached', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
  });
  afterAll(() => app.close());

  it('shows a page that says so, and tries again', async () => {
    const admin = await app.setUp('Acme');
    visitor = await browser.visitor(app.url);
    const page = await (await visitor.useSessionOf(admin)).open('/settings/tokens');
    await page.route('**/api/**', (route) => route.abort());
    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByText('The server cannot be reached').waitFor();
    await page.unroute('**/api/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('cell', { name: admin.identity.email }).waitFor();
  });

  it('at the very first call too, instead of a blank window', async () => {
    const admin = await app.setUp('Acme');
    visitor = await browser.visitor(app.url);
    const { page } = await visitor.useSessionOf(admin);
    await page.route('**/api/**', (route) => route.abort());
    await page.goto('/settings/users');
    await page.getByText('The server cannot be reached').waitFor();
    await page.unroute('**/api/**');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
  });
});
