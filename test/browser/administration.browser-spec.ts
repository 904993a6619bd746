import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Intruder } from '../audit/tampering.js';
import { startTestApp } from '../support/app.js';
import { TestClient } from '../support/client.js';
import { violationsOf } from './support/accessibility.js';
import { button, labelled, rowOf } from './support/locators.js';
import { findLeaks } from './support/leaks.js';
import { Stage } from './support/stage.js';
import type { Records } from './support/world.js';

let stage: Stage;
let made: Records;
beforeAll(async () => {
  stage = await Stage.open();
  made = await stage.populate();
});
afterAll(() => stage.close());

async function choose(page: Page, select: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: select, exact: true }).click();
  await page.getByRole('option', { name: option }).click();
}

describe('the audit trail', () => {
  const AUDIT = '/settings/audit';

  it('is filtered by the address, survives a reload, and is exported as it is filtered', async () => {
    expect((await (await stage.world.app.signIn('Acme', 'member')).get('/api/audit')).status).toBe(403);
    const visitor = await stage.visit();
    const page = await visitor.open(AUDIT);
    await choose(page, 'Result', 'Denied');
    await page.waitForURL(/result=denied/);
    await rowOf(page, 'connector.created').first().waitFor({ state: 'detached' });
    await rowOf(page, 'access.denied').first().waitFor();
    await page.reload();
    await visitor.settled();
    expect(await rowOf(page, 'connector.created').count()).toBe(0);

    const action = page.getByRole('combobox', { name: 'Action', exact: true });
    await action.fill('connector.created');
    await action.press('Enter');
    await page.getByRole('heading', { name: 'Nothing happened that matches' }).waitFor();
    await choose(page, 'Result', 'Denied'); // once more takes it back
    await rowOf(page, 'connector.created').first().waitFor();

    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Export' }).click();
    const lines = (await readFile(await (await download).path(), 'utf8')).trim().split('\n');
    const actions = lines.map((line) => (JSON.parse(line) as { action: string }).action);
    expect(new Set(actions)).toEqual(new Set(['connector.created']));
    expect(actions).toHaveLength(4);
    await button(page, 'Clear').click();
    await rowOf(page, 'access.denied').first().waitFor();
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('offers the actions that happened, and asks once for a day that is typed', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(AUDIT);
    const action = page.getByRole('combobox', { name: 'Action', exact: true });
    await action.click();
    await page.getByRole('option').first().waitFor();
    const offered = await page.getByRole('option').allTextContents();
    const { items } = (await stage.admin.get('/api/audit?limit=200')).body as { items: { action: string }[] };
    expect(offered).toEqual([...new Set(items.map(({ action }) => action))].sort());
    await page.getByRole('option', { name: 'connector.activated' }).click();
    await page.waitForURL(/action=connector\.activated/);
    await rowOf(page, 'connector.created').first().waitFor({ state: 'detached' });
    expect(await action.inputValue()).toBe('connector.activated');
    await action.fill('');
    await action.press('Enter');
    await rowOf(page, 'connector.created').first().waitFor();

    const asked: string[] = [];
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      if (pathname === '/api/audit') asked.push(searchParams.get('since') ?? '');
    });
    await labelled(page, 'From').focus();
    await page.keyboard.type('11112026', { delay: 30 });
    await page.waitForURL(/since=2026-11-11/);
    await visitor.settled();
    expect(asked).toEqual([new Date(2026, 10, 11).toISOString()]);
    expect(await violationsOf(page)).toEqual([]);
    await visitor.close();
  });

  it('leads from an event to its connector, and is verified', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(`${AUDIT}?action=connector.created`);
    await button(page, 'Verify the trail').click();
    await page.getByText('The trail is whole').waitFor();
    await page.getByRole('row').getByRole('link', { name: 'Connector' }).first().click();
    await page.waitForURL(/connectors\/.*tab=history/);
    await visitor.close();
  });

  it('tells which event was changed behind its back', async () => {
    const other = await stage.world.app.signIn('Tampered with');
    await other.createConnector();
    const visitor = await stage.visit(other);
    const [created] = (await other.get('/api/audit?action=connector.created')).body.items as { sequence: number }[];
    const intruder = await Intruder.on(stage.world.app.settings.databaseUrl ?? '');
    await intruder.run(
      `UPDATE audit_event SET action = 'connector.deleted' WHERE action = 'connector.created' AND organization_id = $1`,
      [other.organizationId],
    );
    await intruder.leave();
    const page = await visitor.open(AUDIT);
    await button(page, 'Verify the trail').click();
    const verdict = page.getByRole('alert').filter({ hasText: 'The trail is broken' });
    await verdict.getByText(`Event ${String(created?.sequence)} is the first that does not fit.`).waitFor();
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });
});

describe('the egress allow-list', () => {
  it('refuses what is no target beside its field, takes one, is asked, and forgets it after a question', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open('/settings/egress');
    await labelled(page, 'Target').fill('not a target/');
    await button(page, 'Allow').click();
    await page.locator('[aria-invalid="true"]').waitFor();
    expect(await labelled(page, 'Target').inputValue()).toBe('not a target/');

    await labelled(page, 'Target').fill('10.1.2.3:9000');
    await labelled(page, 'What it is for').fill('The bucket in the cellar');
    await button(page, 'Allow').click();
    await rowOf(page, '10.1.2.3:9000').waitFor();
    expect(await labelled(page, 'Target').inputValue()).toBe('');

    await labelled(page, 'URL').fill('http://10.1.2.3:9000/');
    await expect(verdictOf(page)).resolves.toContain('Allowed');
    await labelled(page, 'URL').fill('http://169.254.169.254/');
    await expect(verdictOf(page)).resolves.toContain('Blocked');

    await button(page, 'Remove 10.1.2.3:9000').click();
    await button(page, 'Remove').click();
    await rowOf(page, '10.1.2.3:9000').waitFor({ state: 'detached' });
    await labelled(page, 'URL').fill('http://10.1.2.3:9000/');
    await expect(verdictOf(page)).resolves.toContain('Blocked');
    await visitor.open('/settings/audit?scope=instance');
    await rowOf(page, 'egress.entry_removed').waitFor();
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  async function verdictOf(page: Page): Promise<string> {
    const answered = page.waitForResponse('**/api/egress/check');
    await button(page, 'Check').click();
    await answered;
    await page.waitForLoadState('networkidle');
    return page
      .getByRole('alert')
      .filter({ hasText: /Allowed|Blocked/ })
      .innerText();
  }
});

describe('the keys', () => {
  it('are renewed with progress, and every secret is as before', async () => {
    const secret = async () => {
      await stage.admin.confirm();
      const { body } = await stage.admin.get(`/api/connectors/${made.connectorId}/config?reveal=true`);
      return (body as { config: { secret_key: string } }).config.secret_key;
    };
    const before = await secret();
    const visitor = await stage.visit();
    const page = await visitor.open('/settings/keys');
    await button(page, 'Renew the data keys').click();
    await button(page, 'Start').click();
    const rotation = page.getByRole('region', { name: 'Rotation' });
    await rotation.getByText('Done', { exact: true }).waitFor();
    expect(await button(page, 'Renew the data keys').isEnabled()).toBe(true);
    expect(await secret()).toBe(before);
    expect(await findLeaks(visitor, [before])).toEqual([]);
    await visitor.close();
  });

  it('that are wrong are told on every page, with what to do', async () => {
    const sealed = await startTestApp({
      database: { url: stage.world.app.settings.databaseUrl ?? '', drop: () => Promise.resolve() },
      env: { EDE_MASTER_KEY: randomBytes(32).toString('base64') },
    });
    const visitor = await stage.visit(stage.admin, { url: sealed.url });
    const page = await visitor.open('/settings/integrations/connectors');
    await page.getByText('The server is not ready').waitFor();
    await page.getByText('Sealed: the master key is not the one').waitFor();
    await page.getByText('The server is sealed: its master key is missing or wrong').waitFor(); // in place of the list
    await visitor.open('/settings/keys');
    await page.getByText('The server is sealed').waitFor();
    await visitor.close();
    await sealed.close();
  });
});

describe('sessions', () => {
  it('end from elsewhere, one and all', async () => {
    const somebody = await stage.world.app.signIn('Acme');
    const others = await Promise.all([1, 2].map(() => again(somebody)));
    const elsewhere = await stage.visit(others[0]);
    const page = await elsewhere.open('/documents');
    const visitor = await stage.visit(somebody);
    await visitor.open('/settings/sessions');
    const ends = visitor.page.getByRole('button', { name: /^End the session/ });
    expect(await ends.count()).toBe(2);
    await ends.first().click();
    await visitor.page.waitForFunction(
      () => document.querySelectorAll('button[aria-label^="End the session"]').length === 1,
    );
    await button(visitor.page, 'Sign out everywhere else').click();
    await visitor.page.getByText('The other sessions have ended').first().waitFor();
    expect(await ends.count()).toBe(0);
    for (const other of others) expect((await other.get('/api/auth/session')).status).toBe(401);
    await page.goto('/documents');
    await page.waitForURL(/\/login/);
    await visitor.open('/documents');
    await visitor.close();
    await elsewhere.close();
  });

  it('but one end with a new password, which is the one that counts', async () => {
    const somebody = await stage.world.app.signIn('Acme');
    const other = await again(somebody);
    const visitor = await stage.visit(somebody);
    const page = await visitor.open('/settings/sessions');
    const next = 'another long enough password';
    await labelled(page, 'Current password').fill('not the password');
    await labelled(page, 'New password').fill(next);
    await page.getByLabel(/again|repeat/i).fill(next);
    await button(page, 'Change the password').click();
    await page.getByText('This is not the password').waitFor();
    await labelled(page, 'Current password').fill(somebody.identity.password);
    await button(page, 'Change the password').click();
    await page.getByText('The password is changed').first().waitFor();
    expect(await findLeaks(visitor, [next, somebody.identity.password])).toEqual([]);
    expect((await other.get('/api/auth/session')).status).toBe(401);
    await expect(again(somebody)).rejects.toThrow('401');
    await stage.world.app.anonymous().logIn(somebody.identity.email, next);
    await visitor.close();
  });

  async function again({ identity }: TestClient): Promise<TestClient> {
    const client = stage.world.app.anonymous();
    await client.logIn(identity.email, identity.password);
    return client;
  }
});

describe('API tokens', () => {
  it('are shown once, do what they may, and are revoked after a question', async () => {
    const visitor = await stage.visit(await stage.world.app.signIn('Acme'));
    const page = await visitor.open('/settings/tokens');
    await button(page, 'New token').click();
    await labelled(page, 'Name').fill('Nightly copy');
    await button(page, 'Create').click();
    await page.getByRole('dialog', { name: 'Copy the token now' }).waitFor();
    const token = await labelled(page, 'Token').inputValue();
    const program = new TestClient(stage.world.app.url, token);
    expect((await program.get('/api/connectors')).status).toBe(200);
    expect((await program.post('/api/connectors', { name: 'x' })).status).toBe(403);
    await button(page, 'Done').click();
    await rowOf(page, 'Nightly copy').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await findLeaks(visitor, [token])).toEqual([]);

    await button(page, 'Revoke Nightly copy').click();
    await button(page, 'Revoke').click();
    await rowOf(page, 'Nightly copy').waitFor({ state: 'detached' });
    expect((await program.get('/api/connectors')).status).toBe(401);
    await visitor.close();
  });

  it('are selected to be copied by hand where a page reaches no clipboard, which is said', async () => {
    const visitor = await stage.visit(await stage.world.app.signIn('Acme'));
    // As a browser has it by plain http.
    await visitor.page.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'clipboard'));
    const page = await visitor.open('/settings/tokens');
    await button(page, 'New token').click();
    await labelled(page, 'Name').fill('From afar');
    await button(page, 'Create').click();
    const dialog = page.getByRole('dialog', { name: 'Copy the token now' });
    await button(page, 'Copy Token').click();
    await dialog.getByText(/^Selected: press Ctrl\+C/).waitFor();
    const token = await labelled(page, 'Token').inputValue();
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(token);
    await page.mouse.move(0, 0); // no tooltip any more
    await page.getByRole('tooltip').waitFor({ state: 'detached' });
    expect(await violationsOf(page)).toEqual([]);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('that may read secrets ask for the password first', async () => {
    const somebody = await stage.world.app.signIn('Acme');
    const visitor = await stage.visit(somebody);
    const page = await visitor.open('/settings/tokens');
    await button(page, 'New token').click();
    await labelled(page, 'Name').fill('Backup of configs');
    await page.getByRole('checkbox', { name: 'Read secrets' }).check();
    await button(page, 'Create').click();
    await page.getByRole('dialog', { name: 'Confirm that it is you' }).waitFor();
    await page.getByLabel('Password', { exact: false }).last().fill(somebody.identity.password);
    await button(page, 'Confirm').click();
    await page.getByRole('dialog', { name: 'Copy the token now' }).waitFor();
    await visitor.close();
  });
});

describe('organizations and their users', () => {
  it('are made, a user is let in, changes the role, and is shut out', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open('/settings/organizations');
    await button(page, 'New organization').click();
    await labelled(page, 'Name').fill('Globex');
    await button(page, 'Create').click();
    await page.getByRole('heading', { level: 1, name: 'Globex' }).waitFor();

    await visitor.open('/settings/users');
    await button(page, 'New user').click();
    await labelled(page, 'Email').fill('admin@example.com');
    await labelled(page, 'Name').fill('Hank');
    await labelled(page, 'Password').fill('short but not enough'.slice(0, 12));
    await button(page, 'Create').click();
    await page.getByText('Another user has this email address').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await labelled(page, 'Email').fill('hank@globex.example');
    await labelled(page, 'Password').fill('the long password of hank');
    await choose(page, 'Organization 1', 'Globex');
    await button(page, 'Create').click();
    await page.getByRole('row').getByRole('link', { name: 'hank@globex.example' }).click();
    await page.getByRole('heading', { level: 1, name: 'hank@globex.example' }).waitFor();
    const hank = stage.world.app.anonymous();
    await hank.logIn('hank@globex.example', 'the long password of hank');
    expect((await hank.post('/api/connectors', {})).status).toBe(403);

    await choose(page, 'Role in organization 1', 'Admin');
    await button(page, 'Save').click();
    await page.getByText('hank@globex.example is saved').first().waitFor();
    expect((await hank.createConnector({ name: 'Made by Hank' })).name).toBe('Made by Hank');
    await page.getByRole('checkbox', { name: 'May sign in' }).uncheck();
    await button(page, 'Save').click();
    await page.getByText('hank@globex.example is saved').nth(1).waitFor();
    expect((await hank.get('/api/auth/session')).status).toBe(401);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('keep what a colleague changed while somebody else had the page open', async () => {
    const made = { email: 'grace@example.com', name: 'Grace', memberships: [] };
    const { id } = (await stage.admin.post('/api/users', made)).body as { id: string };
    const visitor = await stage.visit();
    const page = await visitor.open(`/settings/users/${id}`);
    await labelled(page, 'Name').fill('Grace Hopper');
    await stage.admin.put(`/api/users/${id}`, { is_active: false });
    await button(page, 'Save').click();
    await page.getByText('grace@example.com is saved').first().waitFor();
    expect((await stage.admin.get(`/api/users/${id}`)).body).toMatchObject({ name: 'Grace Hopper', is_active: false });
    expect(await page.getByRole('checkbox', { name: 'May sign in' }).isChecked()).toBe(false);
    await visitor.close();
  });
});
