import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { TestClient } from '../support/client.js';
import { TestBrowser } from './support/browser.js';
import { button, labelled, rowOf } from './support/locators.js';
import type { Visitor } from './support/visitor.js';
import { World } from './support/world.js';

let world: World;
let admin: TestClient;
let browser: TestBrowser;

beforeAll(async () => {
  world = await World.start();
  admin = await world.app.setUp('Acme');
  await world.populate(admin);
  browser = await TestBrowser.start();
});
afterAll(async () => {
  await browser.close();
  await world.stop();
});

async function visit(): Promise<Visitor> {
  return (await browser.visitor(world.app.url)).useSessionOf(admin);
}

async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await button(page, 'Choose files').click();
  await (await chooser).setFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
}

describe('documents', () => {
  it('go up, come down with equal bytes, and are deleted after a question', async () => {
    const visitor = await visit();
    const page = await visitor.open('/documents');
    const bytes = randomBytes(300_000);
    await drop(page, 'façade <b>.bin', bytes);
    await rowOf(page, 'façade <b>.bin').waitFor();
    expect(await rowOf(page, 'façade <b>.bin').innerText()).toContain('Acme documents');

    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'façade <b>.bin' }).click();
    expect(bytes.equals(await readFile(await (await download).path()))).toBe(true);

    await button(page, 'Delete façade <b>.bin').click();
    await button(page, 'Cancel').click();
    expect(await rowOf(page, 'façade <b>.bin').count()).toBe(1);
    await button(page, 'Delete façade <b>.bin').click();
    await button(page, 'Delete').click();
    await rowOf(page, 'façade <b>.bin').waitFor({ state: 'detached' });
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('show their progress in bytes, and a cancelled one leaves nothing', async () => {
    const visitor = await visit();
    const page = await visitor.open('/documents');
    // As slow as a bad line, so that there is something to cancel.
    const line = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 1_000_000 };
    await line.send('Network.emulateNetworkConditions', slow);
    await drop(page, 'big.bin', randomBytes(20_000_000));
    await page.getByText(/^[1-9][\d.]* .iB of 19/).waitFor();
    await button(page, 'Cancel: big.bin').click();
    await button(page, 'Cancel: big.bin').waitFor({ state: 'detached' });
    await line.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });
    await page.reload();
    await visitor.settled();
    expect(await rowOf(page, 'big.bin').count()).toBe(0);
    await visitor.close();
  });

  it('that the storage refuses say why, and are sent again', async () => {
    const visitor = await visit();
    const page = await visitor.open('/documents');
    await page.route(/\/api\/storage\/documents/, (route) =>
      route.request().method() === 'POST' ? route.abort('connectionreset') : route.continue(),
    );
    await drop(page, 'again.txt', Buffer.from('once more'));
    await page.getByText('again.txt was not uploaded').waitFor();
    await page.unroute(/\/api\/storage\/documents/);
    await button(page, 'Try again').click();
    await rowOf(page, 'again.txt').waitFor();
    expect(await page.getByText('again.txt was not uploaded').count()).toBe(0);
    await visitor.close();
  });
});

describe('mail', () => {
  it('is refused beside the field that is wrong, then sent, and shows how it went', async () => {
    const visitor = await visit();
    const page = await visitor.open('/mail');
    await button(page, 'Send a mail').click();
    await labelled(page, 'To').fill('someone@example.com, not an address');
    await labelled(page, 'Subject').fill('Plans <script>');
    await labelled(page, 'Text').fill('For the summer.');
    await button(page, 'Send').click();
    await page.locator('[aria-invalid="true"]').waitFor();
    await labelled(page, 'To').fill('someone@example.com, other@example.com');
    await button(page, 'Send').click();
    await rowOf(page, 'Plans <script>').waitFor();
    await rowOf(page, 'Plans <script>').getByText('Sent', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Plans <script>' }).click();
    await page.getByText('For the summer.').waitFor();
    expect(world.smtp.mails.at(-1)?.to).toEqual(['someone@example.com', 'other@example.com']);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('that failed is found by its status, with the reason', async () => {
    const visitor = await visit();
    const page = await visitor.open('/mail');
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Failed' }).click();
    await page.waitForURL(/status=failed/);
    await rowOf(page, 'someone@example.com').first().waitFor({ state: 'detached' });
    expect(await rowOf(page, 'nobody@example.com').innerText()).toContain('550');
    await visitor.close();
  });
});

describe('messages', () => {
  it('are sent by the default connector, and listed with what became of them', async () => {
    const visitor = await visit();
    const page = await visitor.open('/messages');
    await button(page, 'Send a message').click();
    await labelled(page, 'Text').fill('Lunch is ready');
    await labelled(page, 'To').fill('kitchen');
    await button(page, 'Send').click();
    await rowOf(page, 'kitchen').getByText('Sent', { exact: true }).waitFor();
    expect(await rowOf(page, 'kitchen').innerText()).toContain('Test');
    await page.getByRole('link', { name: 'kitchen' }).click();
    await page.getByText('Lunch is ready').waitFor();
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });
});
