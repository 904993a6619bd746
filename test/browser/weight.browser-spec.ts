import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { TestBrowser } from './support/browser.js';
import type { Visitor } from './support/visitor.js';

const LIMIT = 250_000;
/** Each one is a round trip and compressed by itself. */
const MOST_FILES = 30;
const CODE = /\.(js|css)$/;

describe('The first load of script and style, compressed by gzip, stays below 250 kB, in few files', () => {
  let app: TestApp;
  let browser: TestBrowser;
  beforeAll(async () => {
    app = await startTestApp();
    browser = await TestBrowser.start();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  it('of the sign-in page', async () => {
    await app.setUp();
    await expectLight(await browser.visitor(app.url), '/login');
  });

  it('of the list of connectors', async () => {
    const visitor = await (await browser.visitor(app.url)).useSessionOf(await app.setUp());
    await expectLight(visitor, '/settings/integrations/connectors');
  });
});

async function expectLight(visitor: Visitor, path: string): Promise<void> {
  const page = await visitor.open(path);
  const addresses = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  const files = new Set(addresses.map((address) => new URL(address).pathname).filter((file) => CODE.test(file)));
  expect([...files].some((file) => file.endsWith('.css'))).toBe(true);
  expect(files.size).toBeLessThan(MOST_FILES);
  // The files that the server sends.
  const bytes = [...files].reduce((sum, file) => sum + statSync(join('admin', 'dist', `${file}.gz`)).size, 0);
  expect(bytes).toBeLessThan(LIMIT);
}
