import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ConnectorRegistry } from '../../src/core/connectors/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { ScriptedModule, ScriptedProvider } from '../support/scripted-provider.js';
import { TestBrowser } from './support/browser.js';

let app: TestApp;
let admin: TestClient;
let browser: TestBrowser;
beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  admin = await app.setUp();
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

it('a hostile logo and name run nothing, opened by itself and in the catalog', async () => {
  const hit = 'window.hit = 1; fetch("/hit")';
  const logo = `<svg xmlns="http://www.w3.org/2000/svg" onload='${hit}'><script>${hit}</script><rect width="9" height="9"/></svg>`;
  const displayName = '<img src="/hit" onerror="window.hit = 1">';
  const metadata = { category: 'storage', providerType: 'hostile', displayName };
  app.get(ConnectorRegistry).register(metadata, app.get(ScriptedProvider), logo);
  const visitor = await (await browser.visitor(app.url)).useSessionOf(admin);
  const asked: string[] = [];
  visitor.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const hits = () => visitor.page.evaluate(() => (window as unknown as { hit?: number }).hit ?? 0);

  await visitor.page.goto('/api/connectors/types/storage/hostile/logo');
  expect(await visitor.page.locator('rect').count()).toBe(1);
  expect(await hits()).toBe(0);
  await visitor.open('/settings/integrations/connectors/catalog');
  await visitor.page.getByText(displayName).first().waitFor();
  await visitor.page.waitForFunction(() => document.querySelector<HTMLImageElement>('img[src*="hostile"]')?.complete);
  expect(await hits()).toBe(0);
  expect(asked).toContain('/api/connectors/types/storage/hostile/logo');
  expect(asked).not.toContain('/hit');
});
