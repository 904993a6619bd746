import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BROWSER, callbackPath, ConsentWorld, LIST_URL, PUBLIC_ORIGIN } from '../oauth/consent-world.js';
import { CLIENT_ID, CLIENT_SECRET } from '../support/peers/authorization-server.js';
import { TestBrowser } from './support/browser.js';
import { labelled } from './support/locators.js';
import { findLeaks } from './support/leaks.js';
import { screenshot } from './support/screenshot.js';
import type { Visitor } from './support/visitor.js';

let world: ConsentWorld;
let browser: TestBrowser;

beforeAll(async () => {
  world = await ConsentWorld.start();
  browser = await TestBrowser.start();
});
afterAll(async () => {
  await browser.close();
  await world.stop();
});

/** Whoever is sent to the authorization server decides, and comes back to the address that the test listens on. */
async function visitor(decision: 'grant' | 'deny'): Promise<Visitor> {
  const found = await (await browser.visitor(world.app.url)).useSessionOf(world.admin);
  await found.page.route(`${world.server.origin}/**`, async (route) => {
    const back = await world.server.consent(route.request().url(), decision);
    const location = world.app.url + back.pathname + back.search;
    await route.fulfill({
      contentType: 'text/html',
      body: `<script>location.replace(${JSON.stringify(location)})</script>`,
    });
  });
  return found;
}

describe('connecting at the provider', () => {
  it('starts only once the client is saved, and comes back connected with a clean address', async () => {
    const somebody = await visitor('grant');
    const page = await somebody.open(`${LIST_URL}/new/storage/vendor_drive`);
    expect(await page.getByLabel('Redirect URI', { exact: true }).inputValue()).toBe(
      `${PUBLIC_ORIGIN}${callbackPath('vendor_drive')}`,
    );
    const connect = page.getByRole('button', { name: 'Connect with Vendor drive' });
    expect(await connect.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Create connector' }).click();
    await page.waitForURL(new RegExp(`${LIST_URL}/[0-9a-f-]{36}$`));
    await page.getByText(/^Fill in and save first: /).waitFor();
    const { config_schema } = (
      (await world.admin.get('/api/connectors/types?category=storage')).body as {
        provider_type: string;
        config_schema: { key: string; label: string }[];
      }[]
    ).find(({ provider_type }) => provider_type === 'vendor_drive') as {
      config_schema: { key: string; label: string }[];
    };
    const labelOf = (key: string) => config_schema.find((field) => field.key === key)?.label ?? key;
    await labelled(page, labelOf('client_id')).fill(CLIENT_ID);
    await labelled(page, labelOf('client_secret')).fill(CLIENT_SECRET);
    await page.getByText('Save your changes first.').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await connect.click();
    await page.getByText('Connected with Vendor drive').waitFor();
    await page.waitForURL((url) => url.search === '');
    await screenshot(page, 'consent-success');
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    expect(await world.config(id)).toHaveProperty('refresh_token');
    expect((await world.admin.readConnector(id)).status).toBe('connected');
    expect(await findLeaks(somebody, [CLIENT_SECRET])).toEqual([]);
    await somebody.close();
  });

  it('says why it failed when the consent is denied, and stores nothing', async () => {
    const id = await world.create();
    const somebody = await visitor('deny');
    const page = await somebody.open(`${LIST_URL}/${id}`);
    await page.getByRole('button', { name: 'Connect with Vendor drive' }).click();
    await page.getByText(/^The consent was denied at the provider/).waitFor();
    await page.waitForURL((url) => url.search === '');
    await screenshot(page, 'consent-denied');
    expect(await world.config(id)).not.toHaveProperty('refresh_token');
    await somebody.close();
  });

  it('leads a callback that was not started here to the list', async () => {
    const answer = await world.admin.get(`${callbackPath('vendor_drive')}?code=x&state=x`, BROWSER);
    expect(answer.headers['location']).toBe(`${LIST_URL}?oauth=error&reason=state_invalid`);
  });
});
