import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { TestBrowser } from './support/browser.js';

let app: TestApp;
let browser: TestBrowser;
beforeAll(async () => {
  app = await startTestApp();
  await app.setUp();
  browser = await TestBrowser.start();
});
afterAll(async () => {
  await browser.close();
  await app.close();
});

it('the UI runs under its content policy: styles by nonce, and neither inline script nor style without it', async () => {
  const { page, complaints } = await browser.visitor(app.url);
  await page.goto('/login');
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(complaints).toEqual([]);
  expect(await page.locator('style').count()).toBeGreaterThan(0);

  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "taken over"';
    document.head.append(script);
    const style = document.createElement('style');
    style.textContent = 'body { --taken-over: 1 }';
    document.head.append(style);
    return [document.title, getComputedStyle(document.body).getPropertyValue('--taken-over')];
  });
  expect(ran).toEqual([expect.not.stringContaining('taken over'), '']);
  expect(complaints.filter((text) => text.includes('Content Security Policy'))).toHaveLength(2);
});

it('a provider logo opened by itself is a drawing and nothing else', async () => {
  const { page } = await browser.visitor(app.url);
  const answer = await page.goto('/api/connectors/types/storage/s3_compatible/logo');
  expect(answer?.status()).toBe(200);
  expect(await page.locator('svg').count()).toBe(1);
});
