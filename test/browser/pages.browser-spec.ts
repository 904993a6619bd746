import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ResetLinks, SetupService } from '../../src/foundation/auth/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { sidewaysScroll, violationsOf } from './support/accessibility.js';
import { TestBrowser } from './support/browser.js';
import { screenshot } from './support/screenshot.js';
import type { Visitor } from './support/visitor.js';
import { Stage } from './support/stage.js';
import type { Records } from './support/world.js';

/** Every page by a name for its picture; the address may need what the population made. */
const PAGES: readonly (readonly [name: string, path: (made: Records) => string])[] = [
  ['connectors', () => '/settings/integrations/connectors'],
  ['connectors-no-match', () => '/settings/integrations/connectors?q=nothing-like-it'],
  ['catalog', () => '/settings/integrations/connectors/catalog'],
  ['new-s3', () => '/settings/integrations/connectors/new/storage/s3_compatible'],
  ['new-drive', () => '/settings/integrations/connectors/new/storage/google_drive'],
  ['new-webhook', () => '/settings/integrations/connectors/new/messaging/webhook'],
  ['connector', ({ connectorId }) => `/settings/integrations/connectors/${connectorId}`],
  ['connector-red', ({ brokenConnectorId }) => `/settings/integrations/connectors/${brokenConnectorId}`],
  ['connector-tests', ({ connectorId }) => `/settings/integrations/connectors/${connectorId}?tab=tests`],
  ['connector-history', ({ connectorId }) => `/settings/integrations/connectors/${connectorId}?tab=history`],
  ['connector-usages', ({ connectorId }) => `/settings/integrations/connectors/${connectorId}?tab=usages`],
  ['documents', () => '/documents'],
  ['mail', () => '/mail'],
  ['mail-message', ({ mailId }) => `/mail/${mailId}`],
  ['messages', () => '/messages'],
  ['message', ({ messageId }) => `/messages/${messageId}`],
  ['organizations', () => '/settings/organizations'],
  ['organization', ({ organizationId }) => `/settings/organizations/${organizationId}`],
  ['users', () => '/settings/users'],
  ['user', ({ userId }) => `/settings/users/${userId}`],
  ['tokens', () => '/settings/tokens'],
  ['sessions', () => '/settings/sessions'],
  ['audit', () => '/settings/audit'],
  ['egress', () => '/settings/egress'],
  ['keys', () => '/settings/keys'],
  ['unknown-action', () => '/menu/some.thing'],
  ['no-such-page', () => '/no/such/page'],
  ['no-such-connector', () => '/settings/integrations/connectors/01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22'],
];
const ENTRANCES = [
  ['login', '/login'],
  ['setup-done', '/setup'],
  ['reset-incomplete', '/reset'],
] as const;
const SCHEMES = ['light', 'dark'] as const;
const PHONE = 390;
const LOOKS = { light: {}, dark: { scheme: 'dark' }, phone: { width: PHONE, height: 844 } } as const;

describe('Every page', () => {
  let stage: Stage;
  let made: Records;
  beforeAll(async () => {
    stage = await Stage.open();
    made = await stage.populate();
  });
  afterAll(() => stage.close());

  /** One window goes from page to page, as a person's does: each is loaded anew, its scripts come from the cache. */
  describe.each(SCHEMES)('in the %s theme', (scheme) => {
    let visitor: Visitor;
    let stranger: Visitor;
    beforeAll(async () => {
      visitor = await stage.visit(stage.admin, { scheme });
      stranger = await stage.stranger({ scheme });
    });
    afterAll(async () => {
      await visitor.close();
      await stranger.close();
    });

    const check = async (of: Visitor, name: string, path: string) => {
      const page = await of.open(path);
      await screenshot(page, `${name}-${scheme}`);
      expect(await violationsOf(page)).toEqual([]);
      expect(of.complaints.splice(0)).toEqual([]);
    };

    it.each(PAGES)('%s has no violation that axe finds, and nothing for the browser to complain about', (name, path) =>
      check(visitor, name, path(made)),
    );

    it.each(ENTRANCES)('%s the same, signed out', (name, path) => check(stranger, name, path));
  });

  describe('on a phone', () => {
    let visitor: Visitor;
    let stranger: Visitor;
    beforeAll(async () => {
      stranger = await stage.stranger({ width: PHONE, height: 844 });
      visitor = await stage.visit(stage.admin, { width: PHONE, height: 844 });
    });
    afterAll(async () => {
      await visitor.close();
      await stranger.close();
    });

    const fits = async (of: Visitor, name: string, path: string) => {
      const page = await of.open(path);
      await screenshot(page, `${name}-phone`);
      expect(await sidewaysScroll(page)).toBe(0);
    };

    it.each(PAGES)(`%s fits`, (name, path) => fits(visitor, name, path(made)));

    it.each(ENTRANCES)(`%s fits, signed out`, (name, path) => fits(stranger, name, path));
  });
});

describe('The first pages of a fresh server', () => {
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

  /** Looked at in each theme and as a phone shows it. */
  const check = async (name: string, open: (visitor: Visitor) => Promise<Page>) => {
    for (const [look, options] of Object.entries(LOOKS)) {
      const visitor = await browser.visitor(app.url, options);
      const page = await open(visitor);
      await screenshot(page, `${name}-${look}`);
      expect(await violationsOf(page)).toEqual([]);
      expect(await sidewaysScroll(page)).toBe(0);
      expect(visitor.complaints).toEqual([]);
      await visitor.close();
    }
  };

  it('the form of the first account', async () => {
    const token = String(await app.get(SetupService).issueToken());
    await check('setup', async (visitor) => {
      const page = await visitor.open(`/setup#token=${token}`);
      await page.getByLabel('Repeat the password').waitFor();
      return page;
    });
  });

  it('the list without connectors, and the form of a new password', async () => {
    const admin = await app.setUp('Acme');
    await check('connectors-empty', async (visitor) =>
      (await visitor.useSessionOf(admin)).open('/settings/integrations/connectors'),
    );
    const token = await app.get(ResetLinks).issue(admin.identity.email);
    await check('reset', async (visitor) => {
      const page = await visitor.open(`/reset#token=${token}`);
      await page.getByLabel(/^Repeat/).waitFor();
      return page;
    });
  });
});
