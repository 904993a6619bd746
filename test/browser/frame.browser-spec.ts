import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import type { TestClient } from '../support/client.js';
import { sidewaysScroll, violationsOf } from './support/accessibility.js';
import { button, labelled } from './support/locators.js';
import { screenshot } from './support/screenshot.js';
import type { Visitor } from './support/visitor.js';
import { Stage } from './support/stage.js';
import type { Records } from './support/world.js';

const LIST = '/settings/integrations/connectors';
const PHONE = { width: 390, height: 844 };
/** More than the header and the menu have. */
const TABS = 40;

let stage: Stage;
let made: Records;
beforeAll(async () => {
  stage = await Stage.open();
  made = await stage.populate();
});
afterAll(() => stage.close());

const isFocused = (element: Locator) => element.evaluate((found) => found === document.activeElement);
/** Out of reach of keyboard, mouse and screen reader. */
const isInert = (element: Locator) => element.evaluate((found) => found.closest('[inert]') !== null);
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

describe('the menu on a phone', () => {
  it('is out of reach while it is closed, takes the focus when it opens, and gives it back', async () => {
    const visitor = await stage.visit(undefined, PHONE);
    const page = await visitor.open('/settings/users');
    const navigation = page.getByRole('navigation', { name: 'Main' });
    const holdsFocus = () => page.evaluate(() => document.activeElement?.closest('nav[aria-label="Main"]') !== null);
    for (let tabs = 0; tabs < TABS; tabs += 1) {
      await page.keyboard.press('Tab');
      expect(await holdsFocus()).toBe(false);
    }
    expect(await isInert(navigation)).toBe(true);

    const burger = button(page, 'Menu');
    await burger.press('Enter');
    expect(await isInert(navigation)).toBe(false);
    expect(await isFocused(navigation.getByRole('link').first())).toBe(true);
    // The page lies below the menu.
    expect(await isInert(page.getByRole('main'))).toBe(true);
    await screenshot(page, 'menu-phone');
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await isInert(navigation)).toBe(true);
    expect(await isFocused(burger)).toBe(true);

    await burger.press('Enter');
    await navigation.getByRole('link', { name: 'Documents' }).click();
    await heading(page, 'Documents').waitFor();
    expect(await isInert(navigation)).toBe(true);
    expect(await isInert(page.getByRole('main'))).toBe(false);

    // The page that is open already.
    await burger.press('Enter');
    await navigation.getByRole('link', { name: 'Documents' }).click();
    expect(await isInert(navigation)).toBe(true);
    expect(await isFocused(burger)).toBe(true);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('stands open on a wide window', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open('/settings/users');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Documents' }).click();
    await heading(page, 'Documents').waitFor();
    await visitor.close();
  });
});

describe('going to another page', () => {
  it('moves the focus to its heading and names it in the title, forward and back', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open('/settings/users');
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
    await page.getByRole('link', { name: 'Documents', exact: true }).press('Enter');
    await heading(page, 'Documents').waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    expect(await isFocused(heading(page, 'Documents'))).toBe(true);
    expect(await page.title()).toBe('Documents · EDE Connectors');

    await page.getByRole('link', { name: 'Mail', exact: true }).click();
    await page.getByRole('link', { name: 'Minutes' }).first().click();
    await heading(page, 'Minutes').waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === 'Minutes');
    expect(await page.title()).toBe('Minutes · EDE Connectors');
    await page.goBack();
    await page.waitForFunction(() => document.activeElement?.textContent === 'Mail');
    expect(await isFocused(heading(page, 'Mail'))).toBe(true);
    await visitor.close();
  });

  it('leaves the focus alone where only a tab or a filter changes', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${made.connectorId}`);
    await page.getByRole('tab', { name: 'Tests' }).click();
    await page.getByRole('table', { name: 'Tests' }).waitFor();
    expect(await isFocused(page.getByRole('tab', { name: 'Tests' }))).toBe(true);
    await visitor.close();
  });
});

describe('what is typed and not saved', () => {
  const dialog = (page: Page) => page.getByRole('dialog', { name: 'Leave without saving?' });
  const folder = (page: Page) => labelled(page, 'Folder');

  async function dirty(): Promise<{ visitor: Visitor; page: Page; client: TestClient; other: string }> {
    const client = await stage.world.app.signIn('Acme');
    const other = await stage.world.app.createOrganization('Zenith');
    await stage.admin.put(`/api/organizations/${other}/members/${client.identity.userId}`, { role: 'admin' });
    const visitor = await stage.visit(client);
    const page = await visitor.open(`${LIST}/${made.connectorId}`);
    await folder(page).fill('half typed');
    return { visitor, page, client, other };
  }

  async function choose(page: Page, name: string): Promise<void> {
    await page.getByRole('combobox', { name: 'Organization', exact: true }).click();
    await page.getByRole('option', { name }).click();
  }

  it('is asked about before another organization is chosen', async () => {
    const { visitor, page, client, other } = await dirty();
    const chosen = async () =>
      ((await client.get('/api/auth/session')).body as { organization_id: string }).organization_id;
    await choose(page, 'Zenith');
    await dialog(page).waitFor();
    expect(await chosen()).toBe(stage.admin.organizationId);
    await button(page, 'Stay here').click();
    await dialog(page).waitFor({ state: 'detached' });
    expect(await folder(page).inputValue()).toBe('half typed');
    expect(await page.getByRole('combobox', { name: 'Organization', exact: true }).inputValue()).toBe('Acme');
    expect(await chosen()).toBe(stage.admin.organizationId);

    await choose(page, 'Zenith');
    await button(page, 'Leave').click();
    await heading(page, 'Connectors').waitFor();
    expect(await chosen()).toBe(other);
    expect(await dialog(page).count()).toBe(0);
    await visitor.close();
  });

  it('is asked about before the sign-out', async () => {
    const { visitor, page, client } = await dirty();
    const signOut = async () => {
      await button(page, 'Account').click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await dialog(page).waitFor();
    };
    await signOut();
    expect((await client.get('/api/auth/session')).status).toBe(200);
    await button(page, 'Stay here').click();
    expect(await folder(page).inputValue()).toBe('half typed');
    await signOut();
    await button(page, 'Leave').click();
    await heading(page, 'Sign in').waitFor();
    expect((await client.get('/api/auth/session')).status).toBe(401);
    await visitor.close();
  });
});

describe('a save without a network', () => {
  it('fails at once, says why, and can be tried again', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(`/settings/users/${made.userId}`);
    await labelled(page, 'Name').fill('Cut off');
    await visitor.context.setOffline(true);
    await button(page, 'Save').click();
    await page.getByText('The server cannot be reached.').waitFor();
    expect(await labelled(page, 'Name').isEnabled()).toBe(true);
    await visitor.context.setOffline(false);
    await button(page, 'Save').press('Enter');
    await page.getByText(/ is saved$/).waitFor();
    await visitor.close();
  });
});

describe("changes of one's own account", () => {
  it('show at once in the frame: organizations and address', async () => {
    const zenith = await stage.world.app.createOrganization('Zenith');
    const me = await stage.admin.post('/api/users', {
      email: 'me@example.com',
      name: 'Me',
      password: 'a long enough password',
      is_admin: true,
      memberships: [{ organization_id: stage.admin.organizationId, role: 'admin' }],
    });
    const client = stage.world.app.anonymous();
    await client.logIn('me@example.com', 'a long enough password');
    const visitor = await stage.visit(client);
    const page = await visitor.open(`/settings/users/${(me.body as { id: string }).id}`);
    const organizations = page.getByRole('combobox', { name: 'Organization', exact: true });
    expect(await organizations.count()).toBe(0);
    await button(page, 'Add an organization').click();
    await labelled(page, 'Email').fill('myself@example.com');
    await button(page, 'Save').click();
    await organizations.waitFor();
    await button(page, 'Account').click();
    await page.getByRole('menu').getByText('myself@example.com').waitFor();
    await page.keyboard.press('Escape');

    await visitor.open(`/settings/organizations/${zenith}`);
    await button(page, 'Remove myself@example.com').click();
    await button(page, 'Remove').click();
    await organizations.waitFor({ state: 'detached' });
    expect(await sidewaysScroll(page)).toBe(0);
    await visitor.close();
  });
});
