import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { until } from '../support/delivery.js';
import { rowOf } from './support/locators.js';
import { fillConnectors } from './support/many-connectors.js';
import { watchPerformance } from './support/performance.js';
import { Stage } from './support/stage.js';
import type { Records } from './support/world.js';

const LIST = '/settings/integrations/connectors';

let stage: Stage;
let made: Records;
beforeAll(async () => {
  stage = await Stage.open();
  made = await stage.populate();
});
afterAll(() => stage.close());

/** What the rows show; they come a moment after their data. */
async function names(page: Page): Promise<string[]> {
  const links = page.getByRole('row').getByRole('link');
  await links.first().waitFor();
  return links.allTextContents();
}

describe('the list of connectors', () => {
  it('keeps its filters in the address, through back and forward and a reload', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(LIST);
    const everything = await names(page);
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: 'Error' }).click();
    await page.waitForURL(/status=error/);
    await rowOf(page, 'Acme documents').waitFor({ state: 'detached' });
    expect(await names(page)).toEqual(['Old archive']);

    await page.getByLabel('Name', { exact: true }).pressSequentially('nothing');
    await page.getByRole('heading', { name: 'No connector matches' }).waitFor();
    expect(new URL(page.url()).searchParams.get('q')).toBe('nothing');
    // Typing replaced the address, so one step back is the list before the filter.
    await page.goBack();
    await rowOf(page, 'Acme documents').waitFor();
    expect(await names(page)).toEqual(everything);
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('');
    await page.goForward();
    await page.getByRole('heading', { name: 'No connector matches' }).waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('nothing');
    await page.reload();
    await visitor.settled();
    expect(await page.getByRole('combobox', { name: 'Status' }).inputValue()).toBe('Error');
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await rowOf(page, 'Acme documents').waitFor();
    expect(new URL(page.url()).search).toBe('');
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });

  it('says of a connector what its filters call it', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(LIST);
    const all = await names(page);
    const wordsOf = async (filter: string) => {
      await page.getByRole('combobox', { name: filter, exact: true }).click();
      const words = await page.getByRole('option').allTextContents();
      await page.keyboard.press('Escape');
      return words;
    };
    const cellsBelow = async (header: string) => {
      const headers = await page.getByRole('columnheader').allTextContents();
      const column = headers.indexOf(header) + 1;
      return page.locator(`tbody tr td:nth-child(${String(column)})`).allInnerTexts();
    };
    for (const [filter, key] of [
      ['Status', 'status'],
      ['Active', 'is_enabled'],
    ] as const) {
      for (const word of await wordsOf(filter)) {
        await visitor.open(LIST);
        await page.getByRole('combobox', { name: filter, exact: true }).click();
        await page.getByRole('option', { name: word, exact: true }).click();
        await page.waitForURL(new RegExp(`${key}=`));
        const isThat = (cell: string) => cell.split('\n')[0]?.toLowerCase() === word.toLowerCase();
        const cells = await until(
          () => cellsBelow(filter),
          (found) => found.length > 0 && found.every(isThat),
        );
        expect(cells.length).toBeLessThan(all.length);
      }
    }
    await visitor.close();
  });

  it('names the reason of a red one in its row, on a wide window and on a phone', async () => {
    const { status_message: reason } = await stage.admin.readConnector(made.brokenConnectorId);
    for (const width of [1280, 390]) {
      const visitor = await stage.visit(stage.admin, { width });
      const page = await visitor.open(LIST);
      const row = page.locator('tr, li').filter({ has: page.getByRole('link', { name: 'Old archive' }) });
      await row.getByText(reason as string).waitFor();
      await visitor.close();
    }
  });

  it('moves the default at once, and takes it back with a reason when the server refuses', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(LIST);
    const star = (name: string) => rowOf(page, name).getByRole('button', { name: /^Default for Storage/ });
    const answered = (click: () => Promise<void>) =>
      Promise.all([page.waitForResponse((response) => response.request().method() === 'PATCH'), click()]);
    const shown = async (name: string) => {
      await rowOf(page, name).getByRole('button', { pressed: true }).waitFor();
      expect(await page.getByRole('button', { name: /^Default for Storage/, pressed: true }).count()).toBe(1);
    };
    let refuse: () => void = () => undefined;
    const refused = new Promise<void>((resolve) => (refuse = resolve));
    await page.route('**/api/connectors/*', async (route) => {
      if (route.request().method() !== 'PATCH') return route.continue();
      await refused;
      return route.abort();
    });
    await star('Old archive').click();
    await shown('Old archive'); // there is no answer yet
    refuse();
    await page.getByText('The default did not move to Old archive').waitFor();
    await shown('Acme documents');
    await page.unroute('**/api/connectors/*');

    await answered(() => star('Old archive').click());
    await shown('Old archive');
    expect((await stage.admin.readConnector(made.brokenConnectorId)).is_default).toBe(true);
    await page.getByText('Local filesystem').first().waitFor(); // the new default is not active
    await answered(() => star('Acme documents').click());
    expect((await stage.admin.readConnector(made.connectorId)).is_routing).toBe(true);
    await visitor.close();
  });

  it('draws a page of ten thousand without moving anything and without a long task', async () => {
    const many = await stage.world.app.signIn('Many');
    await fillConnectors(stage.world.app, many.organizationId, 10_000);
    for (let visits = 0; visits < 3; visits += 1) {
      const visitor = await stage.visit(many);
      const measured = await watchPerformance(visitor.page);
      const page = await visitor.open(LIST);
      expect(await names(page)).toHaveLength(50);
      const { layoutShift, longestTask } = await measured();
      expect(layoutShift).toBe(0);
      expect(longestTask).toBeLessThan(200);
      await visitor.close();
    }
  });

  it('is paged, and a page before is one step back', async () => {
    const many = await stage.world.app.signIn('Many more');
    await fillConnectors(stage.world.app, many.organizationId, 60);
    const visitor = await stage.visit(many);
    const page = await visitor.open(LIST);
    const [first] = await names(page);
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByRole('link', { name: first ?? '', exact: true }).waitFor({ state: 'detached' });
    expect(await names(page)).toHaveLength(10);
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Back' }).click();
    await page.getByRole('link', { name: first ?? '', exact: true }).waitFor();
    await visitor.close();
  });

  it('leads an organization that has none to the catalog', async () => {
    const visitor = await stage.visit(await stage.world.app.signIn('Fresh'));
    const page = await visitor.open(LIST);
    await page.getByRole('heading', { name: 'No connectors yet' }).waitFor();
    await page.getByRole('link', { name: 'Choose from the catalog' }).click();
    await page.getByRole('heading', { level: 1, name: 'Catalog' }).waitFor();
    await visitor.close();
  });

  it('offers a member nothing to change', async () => {
    const visitor = await stage.visit(await stage.world.app.signIn('Acme', 'member'));
    const page = await visitor.open(LIST);
    expect(await names(page)).toContain('Acme documents');
    expect(await page.getByRole('button', { name: /Default for/ }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Add connector' }).count()).toBe(0);
    await visitor.open('/settings/integrations/connectors/catalog');
    expect(await page.getByRole('link', { name: /^Add / }).count()).toBe(0);
    await visitor.open(`${LIST}/${made.connectorId}`);
    expect(await page.getByRole('button', { name: /Test|Delete/ }).count()).toBe(0);
    await visitor.close();
  });
});

describe('the catalog', () => {
  it('shows every provider of the server, is searched, and leads to the form', async () => {
    const types = (await stage.admin.get('/api/connectors/types')).body as { display_name: string }[];
    const visitor = await stage.visit();
    const page = await visitor.open('/settings/integrations/connectors/catalog');
    const added = () => page.getByRole('link', { name: /^Add / });
    expect(await added().count()).toBe(types.length);
    await page.getByRole('searchbox', { name: 'Search' }).fill('s3 compatible');
    await page.waitForURL(/q=s3/);
    await page.getByRole('heading', { name: 'Slack' }).waitFor({ state: 'detached' });
    expect(await added().count()).toBe(1);
    await added().click();
    await page.waitForURL('**/connectors/new/storage/s3_compatible');
    await page.goBack();
    expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('s3 compatible');
    await visitor.close();
  });
});
