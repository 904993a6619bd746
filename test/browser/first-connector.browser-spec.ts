import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import type { TestClient } from '../support/client.js';
import { TestBrowser } from './support/browser.js';
import { findLeaks } from './support/leaks.js';
import type { Visitor } from './support/visitor.js';
import { World } from './support/world.js';

const WRONG_SECRET = 'canary-of-a-secret-that-is-wrong';
/** More than any page has. */
const MAX_TABS = 150;
const LIST = '/settings/integrations/connectors';

let world: World;
let browser: TestBrowser;
let visitor: Visitor;
let admin: TestClient;
let organizations = 0;
beforeAll(async () => {
  world = await World.start();
  browser = await TestBrowser.start();
});
beforeEach(async () => {
  admin = await world.app.signIn(`Organization ${(organizations += 1)}`);
  visitor = await (await browser.visitor(world.app.url)).useSessionOf(admin);
});
afterEach(() => visitor.close());
afterAll(async () => {
  await browser.close();
  await world.stop();
});

describe('From the empty list to a document in the bucket', () => {
  it('by mouse: red with a hint, green, activated, used; no secret anywhere in the window', async () => {
    const page = await visitor.open(LIST);
    await page
      .getByRole('link', { name: /catalog|add connector/i })
      .first()
      .click();
    await page.getByRole('link', { name: 'Add S3-compatible storage' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Our bucket');
    await page.getByRole('textbox', { name: 'Endpoint' }).fill(world.s3.endpoint);
    await page.getByRole('textbox', { name: 'Region' }).fill(world.s3.keys.region);
    await page.getByRole('textbox', { name: 'Bucket', exact: true }).fill(world.s3.bucket);
    await page.getByRole('textbox', { name: 'Access key' }).fill(world.s3.keys.accessKey);
    await page.getByLabel(/^Secret key/).fill(WRONG_SECRET);

    await page.getByRole('button', { name: /^Test/ }).click();
    await page.getByText('Failed at: Sign-in').first().waitFor();
    await page.getByText('Connection: ok').waitFor();
    await page.getByText(/What to do:/).waitFor();

    await page.getByLabel(/^Secret key/).fill(world.s3.keys.secretKey);
    await page.getByRole('button', { name: /^(Save|Create)/ }).click();
    await page.waitForURL(/connectors\/[0-9a-f-]{36}/);
    await page.getByRole('heading', { level: 1, name: 'Our bucket' }).waitFor();
    expect(await findLeaks(visitor, [WRONG_SECRET, world.s3.keys.secretKey])).toEqual([]);

    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByText('Connected', { exact: true }).first().waitFor();
    await page.getByRole('switch', { name: 'Active' }).click();
    await page.getByRole('button', { name: 'Make default' }).click();
    await page.getByText(/In use: Storage goes through this connector/).waitFor();

    await upload(page, 'by mouse.txt', 'stored through the page');
    await page
      .getByRole('row', { name: /by mouse\.txt/ })
      .getByRole('link', { name: 'Our bucket' })
      .waitFor();
    expect(await contentOf('by mouse.txt')).toBe('stored through the page');
    expect((await world.s3.server.files()).length).toBeGreaterThan(0);
    expect(await findLeaks(visitor, [WRONG_SECRET, world.s3.keys.secretKey])).toEqual([]);
    expect(visitor.complaints).toEqual([]);
  });

  it('by keyboard alone', async () => {
    const page = await visitor.open('/settings/integrations/connectors/catalog');
    await press(page, 'link', 'Add S3-compatible storage');
    await page.getByRole('textbox', { name: 'Name' }).waitFor();
    await typeInto(page, 'Name', 'By keys');
    await typeInto(page, 'Endpoint', world.s3.endpoint);
    await typeInto(page, 'Region', world.s3.keys.region);
    await typeInto(page, 'Bucket', world.s3.bucket);
    await typeInto(page, 'Access key', world.s3.keys.accessKey);
    await typeInto(page, 'Secret key', world.s3.keys.secretKey);
    await page.keyboard.press('Control+s');
    await page.waitForURL(/connectors\/[0-9a-f-]{36}/);
    await press(page, 'button', 'Test');
    await page.getByText('Connected', { exact: true }).first().waitFor();
    await press(page, 'switch', 'Active', 'Space');
    await press(page, 'button', 'Make default');
    await page.getByText(/In use: Storage goes through this connector/).waitFor();
  });
});

describe('A member', () => {
  it('sees the pages, and nothing to change them with', async () => {
    const { id } = await admin.createConnector({ name: 'Theirs', param_ids: world.s3Params() });
    const member = await world.app.signIn(`Organization ${organizations}`, 'member');
    await visitor.close();
    visitor = await (await browser.visitor(world.app.url)).useSessionOf(member);
    const CHANGING =
      /save|add|create|delete|make default|activate|import|choose files|send|new |replace|connect with|show with secrets|^test$/i;
    for (const path of [LIST, `${LIST}/${id as string}`, '/documents', '/mail', '/messages']) {
      const page = await visitor.open(path);
      const names = await page.locator('main').getByRole('button').allInnerTexts();
      expect(names.filter((name) => CHANGING.test(name))).toEqual([]);
      const links = await page.locator('main').getByRole('link').allInnerTexts();
      expect(links.filter((name) => CHANGING.test(name))).toEqual([]);
    }
    expect(visitor.complaints).toEqual([]);
  });
});

async function upload(page: Page, name: string, text: string): Promise<void> {
  await page.getByRole('link', { name: 'Documents', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Documents' }).waitFor();
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  await page.getByRole('row', { name: new RegExp(name.replace('.', '\\.')) }).waitFor();
}

/** As a client gets it, from where it is stored. */
async function contentOf(name: string): Promise<string> {
  const { items } = (await admin.get('/api/storage/documents')).body as { items: { id: string; name: string }[] };
  const { id } = items.find((document) => document.name === name) ?? { id: '' };
  return (await admin.get(`/api/storage/documents/${id}/content`)).text;
}

/** Tabs forward until the element has the focus, as somebody without a mouse does. */
async function reach(page: Page, target: Locator): Promise<void> {
  for (let tabs = 0; tabs < MAX_TABS; tabs += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${target.toString()} cannot be reached by the keyboard`);
}

async function press(page: Page, role: 'link' | 'button' | 'switch', name: string, key = 'Enter'): Promise<void> {
  await reach(page, page.getByRole(role, { name, exact: true }));
  await page.keyboard.press(key);
}

async function typeInto(page: Page, label: string, text: string): Promise<void> {
  await reach(page, page.getByLabel(new RegExp(`^${label}( \\*)?$`)));
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}
