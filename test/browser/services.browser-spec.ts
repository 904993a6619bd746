import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { button, labelled, rowOf } from './support/locators.js';
import { Stage } from './support/stage.js';
import type { Records } from './support/world.js';

/** For so long an answer is fresh, and not asked for again. */
const STALE_MS = 5_500;

let stage: Stage;
let made: Records;
beforeAll(async () => {
  stage = await Stage.open();
  made = await stage.populate();
});
afterAll(() => stage.close());

async function drop(page: Page, name: string, bytes: Buffer): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await button(page, 'Choose files').click();
  await (await chooser).setFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
}

describe('documents', () => {
  it('go up, come down with equal bytes, and are deleted after a question', async () => {
    const visitor = await stage.visit();
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
    const visitor = await stage.visit();
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
    const visitor = await stage.visit();
    const page = await visitor.open('/documents');
    await page.route(/\/api\/storage\/documents/, (route) =>
      route.request().method() === 'POST' ? route.abort('connectionreset') : route.continue(),
    );
    await drop(page, 'again.txt', Buffer.from('once more'));
    await page.getByText('again.txt was not uploaded').waitFor();
    await page.unroute(/\/api\/storage\/documents/);
    await button(page, 'Try again: again.txt').click();
    await rowOf(page, 'again.txt').waitFor();
    expect(await page.getByText('again.txt was not uploaded').count()).toBe(0);
    await visitor.close();
  });
});

describe('a download', () => {
  async function store(name: string, bytes: Buffer): Promise<string> {
    const answer = await stage.admin.raw('post', '/api/storage/documents').attach('file', bytes, name).expect(201);
    return (answer.body as { id: string }).id;
  }

  it('that cannot be had says why and leaves the page alone; later it streams to the disk', async () => {
    const bytes = randomBytes(3_000_000);
    const id = await store('in the bucket.bin', bytes);
    await store('empty.txt', Buffer.alloc(0));
    const visitor = await stage.visit();
    const page = await visitor.open('/documents');
    const downloads: string[] = [];
    page.on('download', (download) => downloads.push(download.suggestedFilename()));
    stage.world.s3.faults.fault = { kind: 'status', status: 403 };
    const refused = await stage.admin.get(`/api/storage/documents/${id}/content`);
    await page.getByRole('link', { name: 'in the bucket.bin' }).click();
    await page.getByText('in the bucket.bin cannot be downloaded').waitFor();
    stage.world.s3.faults.fault = { kind: 'none' };
    expect(refused.status).toBe(502);
    expect(await page.getByRole('alert').innerText()).toContain((refused.body as { detail: string }).detail);
    expect(downloads).toEqual([]);
    expect(new URL(page.url()).pathname).toBe('/documents');

    const asked: string[] = [];
    page.on('request', (request) => {
      const { range } = request.headers();
      if (request.url().endsWith('/content') && range !== undefined) asked.push(range);
    });
    for (const [name, content] of [
      ['in the bucket.bin', bytes],
      ['empty.txt', Buffer.alloc(0)],
    ] as const) {
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name }).click();
      expect(content.equals(await readFile(await (await download).path()))).toBe(true);
    }
    // The script of the page reads one byte of each, whatever its size.
    expect(asked).toEqual(['bytes=0-0', 'bytes=0-0']);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('of the audit trail that the server refuses says why', async () => {
    const somebody = await stage.world.app.signIn('Acme');
    const visitor = await stage.visit(somebody);
    const page = await visitor.open('/settings/audit');
    const organization = stage.admin.organizationId;
    await stage.admin.put(`/api/organizations/${organization}/members/${somebody.identity.userId}`, { role: 'member' });
    await page.getByRole('link', { name: 'Export' }).click();
    await page.getByText('The trail cannot be exported').waitFor();
    const { detail } = (await somebody.get(`/api/audit?organization_id=${organization}`)).body as { detail: string };
    expect(await page.getByRole('alert').first().innerText()).toContain(detail);
    await visitor.close();
  });
});

describe('what is loaded', () => {
  it.each([
    ['the list of mail', () => '/mail', 'Minutes'],
    ['a mail', () => `/mail/${made.mailId}`, 'Attached.'],
    ['a message', () => `/messages/${made.messageId}`, 'The build is green'],
  ])('stays when %s cannot be read again, which is said', async (_what, path, text) => {
    const visitor = await stage.visit();
    await visitor.page.clock.install();
    const page = await visitor.open(path());
    await page.getByText(text).first().waitFor();
    await page.route(/\/api\/(email|messaging)\/messages/, (route) => route.abort());
    // As a window does that is looked at again after a while.
    await page.clock.fastForward(STALE_MS);
    await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
    await page.getByText('What you see may be old').waitFor();
    expect(await page.getByText(text).first().isVisible()).toBe(true);
    await page.unroute(/\/api\/(email|messaging)\/messages/);
    await button(page, 'Try again').click();
    await page.getByText('What you see may be old').waitFor({ state: 'detached' });
    expect(await page.getByText(text).first().isVisible()).toBe(true);
    await visitor.close();
  });
});

describe('mail', () => {
  it('is refused beside the field that is wrong, then sent, and shows how it went', async () => {
    const visitor = await stage.visit();
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
    expect(stage.world.smtp.mails.at(-1)?.to).toEqual(['someone@example.com', 'other@example.com']);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('that failed is found by its status, with the reason', async () => {
    const visitor = await stage.visit();
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
    const visitor = await stage.visit();
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
