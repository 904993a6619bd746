import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { violationsOf } from './support/accessibility.js';
import { Stage } from './support/stage.js';
import type { Records } from './support/world.js';

interface ProviderType {
  readonly category: string;
  readonly provider_type: string;
  readonly testable: boolean;
}

const LIST = '/settings/integrations/connectors';

let stage: Stage;
let made: Records;
beforeAll(async () => {
  stage = await Stage.open();
  made = await stage.populate();
});
afterAll(() => stage.close());

describe('a connector', () => {
  it('is tested red with a hint, then green, then activated', async () => {
    const { id } = await stage.admin.createConnector({
      name: 'Second bucket',
      param_ids: stage.world.s3Params('wrong secret'),
    });
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${id as string}`);
    const test = page.getByRole('button', { name: 'Test', exact: true });
    await page.getByRole('switch', { name: 'Active' }).press('Space');
    expect((await stage.admin.readConnector(id)).is_enabled).toBe(false);
    expect(await page.getByRole('group', { name: 'Use' }).textContent()).toContain('Test it first');

    await test.click();
    await page.getByText('Failed at: Sign-in', { exact: true }).waitFor();
    expect(await page.getByText(/^What to do: /).textContent()).toContain('secret access key');
    expect(await test.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await page.getByText(/^Test finished\. Failed at: Sign-in/).count()).toBe(1);

    await stage.admin.patch(`/api/connectors/${id}`, { param_ids: stage.world.s3Params() });
    await visitor.open(`${LIST}/${id as string}`);
    await test.click();
    await page.getByText('It works', { exact: true }).waitFor();
    await page.getByRole('switch', { name: 'Active' }).press('Space');
    await page.getByText('Active, but not the default').waitFor();
    expect(await stage.admin.readConnector(id)).toMatchObject({ is_enabled: true, status: 'connected' });
    await visitor.close();
  });

  it('offers to send one message where nothing else can be tried', async () => {
    const types = (await stage.admin.get('/api/connectors/types')).body as ProviderType[];
    const { category, provider_type } = types.find(({ testable }) => !testable) as ProviderType;
    // The bucket's server takes no messages: the test fails, but only after the message went out.
    const param_ids = [{ key: 'url', value: stage.world.s3.endpoint }];
    const { id } = await stage.admin.createConnector({ name: 'Silent', category, provider_type, param_ids });
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${id as string}`);
    await page.getByLabel('To', { exact: true }).fill('#general');
    await page.getByRole('button', { name: 'Send test message' }).click();
    await page.getByText('Failed at: Test message', { exact: true }).waitFor();
    await visitor.close();
  });

  it('waits as long as the server asks, and keeps the results that are there', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${made.connectorId}`);
    const test = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
    await test('Test').click();
    await page.getByText('It works', { exact: true }).waitFor();
    await page.route('**/test', (route) =>
      route.fulfill({
        status: 429,
        headers: { 'content-type': 'application/problem+json', 'retry-after': '2' },
        body: JSON.stringify({
          code: 'too_many_requests',
          status: 429,
          title: 'x',
          detail: 'Many tests run.',
          instance: 'x',
        }),
      }),
    );
    await test('Test').click();
    await page.getByText('Many tests run. Try again in 2 s.').waitFor();
    await test(/^Wait \d s$/).waitFor();
    expect(await page.getByText('It works', { exact: true }).count()).toBe(1);
    await page.unroute('**/test');
    await test('Test').click();
    await page.getByText('Before', { exact: true }).waitFor();
    await visitor.close();
  });

  it('is deleted only after its uses are named, and its documents forgotten by name', async () => {
    const fresh = await stage.world.app.signIn('Deleting');
    const { id } = await fresh.createConnector({
      name: 'Lost bucket',
      is_default: true,
      param_ids: stage.world.s3Params(),
    });
    for (const step of ['test', 'activate']) await fresh.post(`/api/connectors/${id}/${step}`);
    await fresh.raw('post', '/api/storage/documents').attach('file', Buffer.from('x'), 'x.txt').expect(201);

    const visitor = await stage.visit(fresh);
    const page = await visitor.open(`${LIST}/${id as string}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete Lost bucket?' });
    await dialog.getByText('1 document lies there').waitFor();
    const confirm = dialog.getByRole('button', { name: /delete$/i });
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Forget these documents').check();
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByLabel('Type “Lost bucket” to confirm').fill('Lost bucket');
    await confirm.click();
    await page.getByRole('heading', { name: 'No connectors yet' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(LIST);
    expect((await fresh.get(`/api/connectors/${id}`)).status).toBe(404);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('that is red says why below its title, and leads to its tests', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${made.brokenConnectorId}`);
    const { status_message: reason } = await stage.admin.readConnector(made.brokenConnectorId);
    await page
      .getByRole('main')
      .getByText(reason as string)
      .waitFor();
    await page.getByRole('link', { name: 'See the tests' }).click();
    await page.getByRole('table', { name: 'Tests' }).waitFor();
    await visitor.open(`${LIST}/${made.connectorId}`);
    expect(await page.getByRole('link', { name: 'See the tests' }).count()).toBe(0);
    await visitor.close();
  });

  it.each([
    ['tests', 'Tests'],
    ['history', 'Changes'],
  ])('shows its %s on a phone without anything to scroll sideways', async (tab, label) => {
    const visitor = await stage.visit(stage.admin, { width: 390, height: 844 });
    const page = await visitor.open(`${LIST}/${made.brokenConnectorId}?tab=${tab}`);
    const table = page.getByRole('table', { name: label });
    await table.getByRole('row').nth(1).waitFor();
    const overflow = await table.evaluate((found) => {
      const wide = [];
      for (let box: Element | null = found; box !== null; box = box.parentElement)
        wide.push(box.scrollWidth - box.clientWidth);
      return Math.max(...wide);
    });
    expect(overflow).toBeLessThanOrEqual(0);
    expect(await violationsOf(page)).toEqual([]);
    await visitor.close();
  });

  it('shows its tests as a picture with a table, and who changed what', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${made.brokenConnectorId}?tab=tests`);
    expect(await page.getByRole('img', { name: /tests passed/ }).count()).toBe(1);
    expect(await page.getByRole('table', { name: 'Tests' }).getByText('Failed').count()).toBeGreaterThan(0);
    await visitor.open(`${LIST}/${made.connectorId}?tab=history`);
    const created = page.getByRole('row').filter({ hasText: 'Created' });
    expect(await created.textContent()).toContain(stage.admin.identity.email);
    expect(await created.getByText('secret_key').count()).toBe(1);
    await visitor.close();
  });
});
