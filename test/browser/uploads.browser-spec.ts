import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CDPSession, Page } from 'playwright-core';
import { sidewaysScroll, violationsOf } from './support/accessibility.js';
import { button, rowOf } from './support/locators.js';
import { screenshot } from './support/screenshot.js';
import type { Visitor, VisitorOptions } from './support/visitor.js';
import { Stage } from './support/stage.js';

const FILES = ['one.bin', 'two.bin', 'three.bin', 'four.bin', 'five.bin'];
const SLOW = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 30_000 };

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

interface Slow {
  readonly visitor: Visitor;
  readonly page: Page;
  /** Uploads that are under way, and the most that ever were. */
  readonly running: { now: number; most: number };
  readonly hurry: () => Promise<void>;
}

/** Somebody with a bad line who uploads all the files. */
async function uploading(options: VisitorOptions = {}): Promise<Slow> {
  const visitor = await stage.visit(stage.admin, options);
  const page = await visitor.open('/documents');
  const line: CDPSession = await page.context().newCDPSession(page);
  await line.send('Network.emulateNetworkConditions', SLOW);
  const running = { now: 0, most: 0 };
  const isUpload = (request: { method: () => string; url: () => string }) =>
    request.method() === 'POST' && request.url().includes('/api/storage/documents');
  page.on('request', (request) => {
    if (isUpload(request)) running.most = Math.max(running.most, (running.now += 1));
  });
  const ended = (request: { method: () => string; url: () => string }) => {
    if (isUpload(request)) running.now -= 1;
  };
  page.on('requestfinished', ended);
  page.on('requestfailed', ended);
  const chooser = page.waitForEvent('filechooser');
  await button(page, 'Choose files').click();
  await (
    await chooser
  ).setFiles(FILES.map((name) => ({ name, mimeType: 'application/octet-stream', buffer: randomBytes(2_000_000) })));
  const hurry = async () => {
    await line.send('Network.emulateNetworkConditions', { ...SLOW, uploadThroughput: -1 });
  };
  return { visitor, page, running, hurry };
}

const panel = (page: Page) => page.getByRole('contentinfo', { name: 'Uploads' });

async function names(): Promise<string[]> {
  const { items } = (await stage.admin.get('/api/storage/documents')).body as { items: { name: string }[] };
  return items.map(({ name }) => name);
}

describe('many uploads', () => {
  it('go two at a time, stay in sight on every page, and are cancelled one by one', async () => {
    const { visitor, page, running, hurry } = await uploading();
    await panel(page).waitFor();
    await page.getByRole('link', { name: 'Users', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor();
    await panel(page)
      .getByText(/2 running, 3 waiting/)
      .waitFor();
    await panel(page)
      .getByText(/^[1-9][\d.]* .iB of 1\.9/)
      .first()
      .waitFor();
    expect(running.most).toBe(2);
    await screenshot(page, 'uploads');
    expect(await violationsOf(page)).toEqual([]);
    await button(page, 'Cancel: five.bin').click();
    await button(page, 'Cancel: one.bin').click();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Files');
    await panel(page)
      .getByText(/2 running, 1 waiting/)
      .waitFor();
    await hurry();
    await panel(page).waitFor({ state: 'detached' });
    await page.getByText('3 files are uploaded').first().waitFor();
    expect((await names()).sort()).toEqual(['four.bin', 'three.bin', 'two.bin']);
    await page.getByRole('link', { name: 'Documents', exact: true }).click();
    await rowOf(page, 'four.bin').waitFor();
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('are asked about before the window closes and before the sign-out, and hide nothing on a phone', async () => {
    const { visitor, page } = await uploading({ width: 390, height: 844, scheme: 'dark' });
    await panel(page).waitFor();
    expect(await sidewaysScroll(page)).toBe(0);
    await screenshot(page, 'uploads-phone-dark');
    expect(await violationsOf(page)).toEqual([]);
    await button(page, 'Account').click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('dialog', { name: 'Stop the uploads?' }).waitFor();
    await button(page, 'Cancel').click();
    await panel(page)
      .getByText(/2 running/)
      .waitFor();

    const asked = new Promise<string>((resolve) => {
      page.once('dialog', (dialog) => {
        resolve(dialog.type());
        void dialog.dismiss();
      });
    });
    // Dismissed: the page stays, and so do the uploads.
    await page.evaluate(() => setTimeout(() => location.reload()));
    expect(await asked).toBe('beforeunload');
    const askedLater: string[] = [];
    page.on('dialog', (dialog) => {
      askedLater.push(dialog.type());
      void dialog.accept();
    });
    await panel(page)
      .getByText(/2 running/)
      .waitFor();
    await button(page, 'Cancel all').click();
    await panel(page).waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('MAIN');
    await page.reload();
    await visitor.settled();
    expect(askedLater).toEqual([]);
    await visitor.close();
  });
});
