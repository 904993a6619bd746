import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { sidewaysScroll, violationsOf } from './support/accessibility.js';
import { labelled } from './support/locators.js';
import { findLeaks } from './support/leaks.js';
import { screenshot } from './support/screenshot.js';
import type { Visitor } from './support/visitor.js';
import { Stage } from './support/stage.js';

const LIST = '/settings/integrations/connectors';
const NEW_S3 = `${LIST}/new/storage/s3_compatible`;
const SECRET = 'canary-secret-value-91c2';
const GOOGLE_JSON = JSON.stringify({
  web: {
    client_id: 'acme-client.apps.example',
    client_secret: SECRET,
    redirect_uris: ['https://ede.example/a', 'https://ede.example/b'],
    project_id: null,
  },
});

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage.close());

const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });
const input = (page: Page, label: string) => labelled(page, label);
const idOf = (page: Page) => new URL(page.url()).pathname.split('/').at(-1) ?? '';

async function s3Connector(name: string): Promise<string> {
  return (await stage.admin.createConnector({ name, param_ids: stage.world.s3Params(SECRET) })).id as string;
}

async function scripted(name: string, content: object = {}): Promise<string> {
  return (await stage.admin.createConnector({ name, provider_type: 'scripted', ...content })).id as string;
}

/** Holds such requests back. @returns what lets them go. */
async function held(page: Page, url: string | RegExp, method: string): Promise<() => void> {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(url, async (route) => {
    if (route.request().method() === method) await released;
    await route.continue();
  });
  return release;
}

const valueOf = (record: { param_ids: { key: string; value?: string }[] }, key: string) =>
  record.param_ids.find((param) => param.key === key)?.value;

describe('a new connector', () => {
  it('is created incomplete by keyboard, opens its own page, and its secret is nowhere in the window', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(NEW_S3);
    await input(page, 'Bucket').fill('acme-documents');
    await input(page, 'Secret key').fill(SECRET);
    await page.keyboard.press('Control+s');
    await page.waitForURL(new RegExp(`${LIST}/[0-9a-f-]{36}$`));
    await page.getByText('Set just now').waitFor();
    expect(await findLeaks(visitor, [SECRET])).toEqual([]);
    expect(valueOf((await stage.admin.readConnector(idOf(page))) as never, 'bucket')).toBe('acme-documents');
    expect(await stage.world.app.configOf(idOf(page))).toMatchObject({ secret_key: SECRET });
    await visitor.close();
  });

  it('shows what does not fit beside its field, with the focus there, and sends nothing', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(NEW_S3);
    await input(page, 'Endpoint').fill('no address');
    await page.getByRole('button', { name: 'Create connector' }).click();
    await page.getByText('Endpoint must be an http or https URL').waitFor();
    expect(await input(page, 'Endpoint').evaluate((found) => found === document.activeElement)).toBe(true);
    expect(page.url()).toContain(NEW_S3);
    await screenshot(page, 'form-errors');
    await visitor.close();
  });

  it('takes undeclared params with their order, and refuses a key that breaks the grammar', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(NEW_S3);
    const add = page.getByRole('button', { name: 'Add a param' });
    await add.click();
    await input(page, 'Key of param 1').fill('proxy..host');
    await page.getByRole('button', { name: 'Create connector' }).click();
    await page.getByText(/^Letters, digits/).waitFor();
    await input(page, 'Key of proxy..host').fill('proxy.host');
    await input(page, 'Value of proxy.host').fill('one');
    await add.click();
    await input(page, 'Key of param 2').fill('proxy.api_token');
    await input(page, 'Value of proxy.api_token').fill(SECRET);
    await page.getByRole('button', { name: 'Move proxy.api_token up' }).click();
    await page.getByRole('button', { name: 'Create connector' }).click();
    await page.waitForURL(new RegExp(`${LIST}/[0-9a-f-]{36}$`));
    await input(page, 'Key of proxy.host').waitFor();
    const { param_ids } = await stage.admin.readConnector(idOf(page));
    expect((param_ids as { key: string; is_secret: boolean }[]).map(({ key, is_secret }) => [key, is_secret])).toEqual([
      ['proxy.api_token', true],
      ['proxy.host', false],
    ]);
    expect(await findLeaks(visitor, [SECRET])).toEqual([]);
    await visitor.close();
  });
});

describe('changes that are not saved', () => {
  it('are asked about before a reload and before a link leads away', async () => {
    const id = await s3Connector('Guarded');
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${id}`);
    await input(page, 'Folder').pressSequentially('half typed');
    await page.getByRole('link', { name: 'Documents', exact: true }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    await page.getByRole('button', { name: 'Stay here' }).click();
    expect(await input(page, 'Folder').inputValue()).toBe('half typed');
    // Looking at another tab of the same connector loses nothing, so nothing is asked.
    await page.getByRole('tab', { name: 'History' }).click();
    await page.waitForURL(/tab=history/);
    await page.getByRole('tab', { name: 'Configuration' }).click();
    expect(await input(page, 'Folder').inputValue()).toBe('half typed');

    const asked = new Promise<string>((resolve) => {
      page.once('dialog', (dialog) => {
        resolve(dialog.type());
        void dialog.accept();
      });
    });
    await page.reload();
    expect(await asked).toBe('beforeunload');
    await visitor.close();
  });
});

describe('a save that is under way', () => {
  it('cannot be typed into, and gives the focus back', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${await scripted('Slowly saved')}`);
    const finish = await held(page, '**/api/connectors/*', 'PUT');
    await input(page, 'Bucket').fill('first');
    await page.keyboard.press('Control+s');
    expect(await input(page, 'Bucket').isDisabled()).toBe(true);
    expect(await input(page, 'Secret key').isDisabled()).toBe(true);
    finish();
    await page.getByText('Slowly saved is saved').waitFor();
    expect(await input(page, 'Bucket').isEnabled()).toBe(true);
    expect(await input(page, 'Bucket').evaluate((found) => found === document.activeElement)).toBe(true);
    await visitor.close();
  });

  it('leaves the focus in the form when it was begun by the button, which then has nothing to save', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${await scripted('By keyboard')}`);
    await input(page, 'Bucket').fill('first');
    await save(page).press('Enter');
    await page.getByText('By keyboard is saved').waitFor();
    expect(await save(page).isDisabled()).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Configuration');
    await visitor.close();
  });
});

describe('a file that is still on its way', () => {
  const WAITING = 'A file is still on its way. Save once it is here.';
  const file = (content: string) => ({
    name: 'late.pem',
    mimeType: 'application/x-pem-file',
    buffer: Buffer.from(content),
  });

  it('is waited for by the save of a connector that has an older one', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(
      `${LIST}/${await scripted('Replaced', { param_ids: [{ key: 'certificate', value: 'old' }] })}`,
    );
    const arrive = await held(page, /\/api\/storage\/documents/, 'POST');
    await page.getByRole('button', { name: 'Replace Certificate' }).click();
    await page.locator('input[type="file"]').setInputFiles(file('new'));
    await input(page, 'Bucket').fill('first');
    await page.keyboard.press('Control+s');
    await page.getByText(WAITING).waitFor();
    expect(await save(page).isDisabled()).toBe(true);
    arrive();
    await page.getByText('late.pem, uploaded; used once you save').waitFor();
    await save(page).click();
    await page.getByText('Replaced is saved').waitFor();
    expect(await stage.world.app.configOf(idOf(page))).toMatchObject({ bucket: 'first', certificate: 'new' });
    await visitor.close();
  });

  it('is waited for by Create, and asked about before the page is left', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/new/storage/scripted`);
    const arrive = await held(page, /\/api\/storage\/documents/, 'POST');
    await page.locator('input[type="file"]').setInputFiles(file('new'));
    await page.getByText(WAITING).waitFor();
    await page.keyboard.press('Control+s');
    expect(await page.getByRole('button', { name: 'Create connector' }).isDisabled()).toBe(true);
    await page.getByRole('link', { name: 'Documents', exact: true }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    await page.getByRole('button', { name: 'Stay here' }).click();
    arrive();
    await page.getByText('late.pem, uploaded; used once you save').waitFor();
    await page.getByRole('button', { name: 'Create connector' }).click();
    await page.waitForURL(new RegExp(`${LIST}/[0-9a-f-]{36}$`));
    expect(await stage.world.app.configOf(idOf(page))).toMatchObject({ certificate: 'new' });
    await visitor.close();
  });
});

describe('two admins', () => {
  async function inConflict(name: string): Promise<{ visitor: Visitor; page: Page; id: string }> {
    const id = await s3Connector(name);
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${id}`);
    await input(page, 'Folder').fill('mine');
    const other = await stage.world.app.signIn('Acme');
    const theirs = [{ key: 'region', value: 'eu-west-9' }];
    expect((await other.patch(`/api/connectors/${id}`, { param_ids: theirs })).status).toBe(200);
    await save(page).click();
    await page.getByRole('dialog', { name: 'Somebody else changed this meanwhile' }).waitFor();
    return { visitor, page, id };
  }

  it('see which keys differ, and mine go on top of theirs', async () => {
    const { visitor, page, id } = await inConflict('Kept');
    const rows = await page.getByRole('dialog').getByRole('row').allInnerTexts();
    expect(rows.map((row) => row.replace(/\s+/g, ' ').trim())).toEqual([
      'Field Yours Theirs',
      'Region not changed changed eu-west-9',
      'Folder added mine not changed',
    ]);
    await screenshot(page, 'form-conflict');
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Keep mine and save' }).click();
    await page.getByText('Kept is saved').waitFor();
    const stored = (await stage.admin.readConnector(id)) as never;
    expect([valueOf(stored, 'region'), valueOf(stored, 'prefix')]).toEqual(['eu-west-9', 'mine']);
    await visitor.close();
  });

  it('can take theirs, and nothing of mine is stored', async () => {
    const { visitor, page, id } = await inConflict('Taken');
    await page.getByRole('button', { name: 'Take theirs' }).click();
    expect(await input(page, 'Region').inputValue()).toBe('eu-west-9');
    expect(await input(page, 'Folder').inputValue()).toBe('');
    expect(await save(page).isDisabled()).toBe(true);
    expect(valueOf((await stage.admin.readConnector(id)) as never, 'prefix')).toBeUndefined();
    await visitor.close();
  });
});

describe('secrets', () => {
  it('must be typed again when the address changes, and the form says so at once', async () => {
    const id = await s3Connector('Moved');
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${id}`);
    await input(page, 'Endpoint').fill('http://127.0.0.1:9');
    await page.getByText('Type it again to save: Secret key.').waitFor();
    await save(page).click();
    expect(await input(page, 'Secret key').getAttribute('aria-invalid')).toBe('true');
    expect(await input(page, 'Secret key').evaluate((found) => found === document.activeElement)).toBe(true);
    await screenshot(page, 'form-retype');
    await input(page, 'Secret key').fill(`${SECRET}-2`);
    await save(page).click();
    await page.getByText('Moved is saved').waitFor();
    expect(await stage.world.app.configOf(id)).toMatchObject({
      secret_key: `${SECRET}-2`,
      endpoint: 'http://127.0.0.1:9',
    });
    expect(await findLeaks(visitor, [SECRET])).toEqual([]);
    await visitor.close();
  });

  it('are kept by a save that does not touch them, and no mask is shown in their place', async () => {
    const id = await s3Connector('Untouched');
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${id}`);
    await page.getByRole('button', { name: 'Replace Secret key' }).waitFor();
    expect(await page.locator('input[type="password"]').count()).toBe(0);
    expect(await page.getByRole('main').innerText()).not.toMatch(/[•●*]{3,}|\[secret\]/);
    await input(page, 'Folder').fill('changed');
    await save(page).click();
    await page.getByText('Untouched is saved').waitFor();
    expect(await stage.world.app.configOf(id)).toMatchObject({ prefix: 'changed', secret_key: SECRET });
    await visitor.close();
  });

  it('are replaced or cleared, never shown', async () => {
    const id = await s3Connector('Cleared');
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${id}`);
    await page.getByRole('button', { name: 'Replace Secret key' }).click();
    expect(await input(page, 'Secret key').inputValue()).toBe('');
    await page.getByRole('button', { name: 'Keep the stored value of Secret key' }).click();
    await page.getByRole('button', { name: 'Clear Secret key' }).click();
    await save(page).click();
    await page.getByText('Cleared is saved').waitFor();
    expect(await stage.world.app.configOf(id)).not.toHaveProperty('secret_key');
    await visitor.close();
  });

  it('are revealed after the password, in a dialog that takes them along when it closes', async () => {
    const id = await s3Connector('Revealed');
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${id}`);
    await page.getByRole('button', { name: 'Show with secrets' }).click();
    await input(page, 'Password').fill(stage.admin.identity.password);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText(SECRET).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await findLeaks(visitor, [SECRET, stage.admin.identity.password])).toEqual([]);
    await visitor.close();
  });
});

describe('a form that the schema draws', () => {
  const NEW_SCRIPTED = `${LIST}/new/storage/scripted`;

  it('takes a file and the rows of a map, of which nothing can be read afterwards', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(NEW_SCRIPTED);
    const upload = page.waitForResponse(/\/api\/storage\/documents\?/);
    await page.locator('input[type="file"]').setInputFiles({
      name: 'client.pem',
      mimeType: 'application/x-pem-file',
      buffer: Buffer.from(`certificate ${SECRET}`),
    });
    await page.getByText('client.pem, uploaded; used once you save').waitFor();
    expect(new URL((await upload).url()).searchParams.get('purpose')).toBe('config');
    await page.getByRole('button', { name: 'Add to Headers' }).click();
    await input(page, 'Name of Headers 1').fill('X-Team');
    await input(page, 'Value of X-Team').fill(SECRET);
    await page.getByRole('button', { name: 'Add to Headers' }).click();
    await input(page, 'Name of Headers 2').fill('X.Dotted');
    await page.getByRole('button', { name: 'Create connector' }).click();
    await page.getByText('One name without dots').waitFor();
    await page.getByRole('button', { name: 'Remove X.Dotted' }).click();
    await screenshot(page, 'form-file-and-map');
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Create connector' }).click();
    await page.waitForURL(new RegExp(`${LIST}/[0-9a-f-]{36}$`));
    await page.getByRole('button', { name: 'Replace Certificate' }).waitFor();
    await page.getByRole('button', { name: 'Replace Value of X-Team' }).waitFor();
    expect(await stage.world.app.configOf(idOf(page))).toMatchObject({
      certificate: `certificate ${SECRET}`,
      headers: { 'X-Team': SECRET },
    });
    expect(await findLeaks(visitor, [SECRET])).toEqual([]);
    await visitor.close();
  });

  it('asks for a field only while its condition holds, and sends no value of a hidden one', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(NEW_SCRIPTED);
    const choose = async (mode: string) => {
      await page.getByRole('combobox', { name: 'Mode' }).click();
      await page.getByRole('option', { name: mode, exact: true }).click();
    };
    expect(await input(page, 'Limit').count()).toBe(0);
    await choose('degraded');
    await input(page, 'Limit').fill('90 %');
    await choose('refuse');
    await input(page, 'Limit').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Create connector' }).click();
    await page.waitForURL(new RegExp(`${LIST}/[0-9a-f-]{36}$`));
    const stored = await stage.admin.readConnector(idOf(page));
    expect((stored.param_ids as { key: string }[]).map(({ key }) => key)).toEqual(['mode']);
    await visitor.close();
  });

  it('makes no second connector when the answer was lost and it is sent again', async () => {
    const name = 'Sent twice';
    const visitor = await stage.visit();
    const page = await visitor.open(NEW_SCRIPTED);
    await input(page, 'Name').fill(name);
    await page.route(
      '**/api/connectors',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    await page.getByRole('button', { name: 'Create connector' }).click();
    await page.getByText('The server cannot be reached.').waitFor();
    await page.getByRole('button', { name: 'Create connector' }).click();
    await page.waitForURL(new RegExp(`${LIST}/[0-9a-f-]{36}$`));
    const { items } = (await stage.admin.get(`/api/connectors?q=${encodeURIComponent(name)}`)).body as {
      items: object[];
    };
    expect(items).toHaveLength(1);
    await visitor.close();
  });
});

describe('a session that ends', () => {
  it('is asked for over the form, and the save goes on with what was typed', async () => {
    const id = await s3Connector('Interrupted');
    const somebody = await stage.world.app.signIn('Acme');
    const visitor = await stage.visit(somebody);
    const page = await visitor.open(`${LIST}/${id}`);
    await input(page, 'Folder').fill('typed before');
    await page.getByRole('button', { name: 'Replace Secret key' }).click();
    await input(page, 'Secret key').fill(`${SECRET}-3`);
    await somebody.post('/api/auth/logout');
    await save(page).click();
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.getByLabel(/^Password/).fill(somebody.identity.password);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Interrupted is saved').waitFor();
    await dialog.waitFor({ state: 'hidden' });
    expect(await stage.world.app.configOf(id)).toMatchObject({ prefix: 'typed before', secret_key: `${SECRET}-3` });
    expect(await findLeaks(visitor, [SECRET, somebody.identity.password])).toEqual([]);
    await visitor.close();
  });
});

describe('an import', () => {
  it("of Google's JSON shows what it would do, and does it", async () => {
    const visitor = await stage.visit(stage.admin, { width: 390, height: 844 });
    const page = await visitor.open(`${LIST}/new/storage/google_drive`);
    await page.getByRole('button', { name: 'Import from JSON' }).click();
    await page.locator('input[type="file"]').setInputFiles({
      name: 'client_secret.json',
      mimeType: 'application/json',
      buffer: Buffer.from(GOOGLE_JSON),
    });
    await page.getByRole('button', { name: 'Preview' }).click();
    const rows = page.getByRole('table', { name: 'What the import would do' }).getByRole('row');
    await rows.first().waitFor();
    const texts = (await rows.allInnerTexts()).map((row) => row.replace(/\s+/g, ' ').trim());
    expect(texts).toContain('Client ID client_id SET acme-client.apps.example');
    expect(texts).toContain('Client secret client_secret SET a secret, not shown');
    expect(await findLeaks(visitor, [SECRET])).toEqual([]);
    await screenshot(page, 'form-import-preview-phone');
    expect(await sidewaysScroll(page)).toBe(0);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.waitForURL(new RegExp(`${LIST}/[0-9a-f-]{36}$`));
    await page.getByText('Set just now').waitFor();
    expect(await input(page, 'Client ID').inputValue()).toBe('acme-client.apps.example');
    expect(await stage.world.app.configOf(idOf(page))).toMatchObject({ client_secret: SECRET });
    expect(await findLeaks(visitor, [SECRET])).toEqual([]);
    await visitor.close();
  });

  it('that does not fit says once what is wrong, by the name of its field', async () => {
    const id = await s3Connector('Misfit');
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${id}`);
    await page.getByRole('button', { name: 'Import from JSON' }).click();
    await input(page, 'Or paste its content').fill('{ "endpoint": "no address", "bucket": "documents" }');
    await page.getByRole('button', { name: 'Preview' }).click();
    const lines = page.getByRole('alert').getByRole('listitem');
    await lines.first().waitFor();
    expect(await lines.allInnerTexts()).toEqual(['Endpoint must be an http or https URL']);
    expect(await page.getByRole('alert').innerText()).not.toContain('/param_ids');
    await screenshot(page, 'form-import-refused');
    // Half edited it is no JSON: what was refused is still said, of what was sent.
    await input(page, 'Or paste its content').fill('{ "endpoint": ');
    expect(await lines.allInnerTexts()).toEqual(['Endpoint must be an http or https URL']);
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('This is not JSON. Take the file as it was downloaded.').waitFor();
    await visitor.close();
  });

  it('of what is no JSON says so without sending it', async () => {
    const id = await s3Connector('Unimported');
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${id}`);
    await page.getByRole('button', { name: 'Import from JSON' }).click();
    await input(page, 'Or paste its content').fill(`{ "secret_key": "${SECRET}`);
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('This is not JSON. Take the file as it was downloaded.').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await findLeaks(visitor, [SECRET])).toEqual([]);
    await visitor.close();
  });
});

describe('a test of what does not fit', () => {
  it('says once what is wrong, by the name of its field', async () => {
    const visitor = await stage.visit();
    const page = await visitor.open(NEW_S3);
    await input(page, 'Endpoint').fill('no address');
    await page.getByRole('button', { name: 'Test without saving' }).click();
    const lines = page.getByRole('alert').getByRole('listitem');
    await lines.first().waitFor();
    expect(await lines.allInnerTexts()).toEqual(['Endpoint must be an http or https URL']);
    expect(await page.getByRole('alert').innerText()).not.toContain('/param_ids');
    await visitor.close();
  });
});

describe('somebody who may only look', () => {
  it('sees the configuration and no button to change it', async () => {
    const id = await s3Connector('Looked at');
    const visitor = await stage.visit(await stage.world.app.signIn('Acme', 'member'));
    const page = await visitor.open(`${LIST}/${id}`);
    await page.getByText('Only an admin of the organization can change this connector.').waitFor();
    expect(await page.getByRole('row', { name: `Bucket ${stage.world.s3.bucket}`, exact: true }).count()).toBe(1);
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
    expect(await page.getByRole('main').getByRole('textbox').count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await screenshot(page, 'form-member');
    await visitor.close();
  });
});

describe('a name with markup', () => {
  it('is text', async () => {
    const name = '<img src=x onerror=alert(1)>';
    const id = await s3Connector(name);
    const visitor = await stage.visit();
    const page = await visitor.open(`${LIST}/${id}`);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(name);
    expect(await page.locator('img[src="x"]').count()).toBe(0);
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  });
});
