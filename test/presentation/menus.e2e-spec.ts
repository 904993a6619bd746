import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';

interface Menu {
  readonly id: string;
  readonly name: string;
  readonly parent: string | null;
  readonly action: string | null;
  readonly sequence: number;
  readonly children: readonly Menu[];
}

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

async function rootsOf(client: TestClient): Promise<Menu[]> {
  const answer = await client.get('/api/menus');
  expect(answer.status).toBe(200);
  return answer.body.items as Menu[];
}
/** What the menus show: one line an item, in order. */
const linesOf = (menus: readonly Menu[], path = ''): string[] =>
  menus.flatMap(({ name, action, children }) => {
    const at = path === '' ? name : `${path} → ${name}`;
    return [...(action === null ? [] : [`${at}: ${action}`]), ...linesOf(children, at)];
  });

const DOCUMENTS = 'Documents: storage.document.list';
const MAIL = 'Mail: email.message.list';
const MESSAGES = 'Messages: messaging.message.list';
const CONNECTORS = 'Settings → Integrations → Connectors: ir.connector.list';
const administration = (item: string) => `Settings → Administration → ${item}`;

it('shows an admin Settings → Integrations → Connectors, with sequence 40', async () => {
  const roots = await rootsOf(await app.signIn('Acme', 'admin'));
  const settings = roots.find(({ id }) => id === 'menu_settings');
  expect(settings).toMatchObject({ name: 'Settings', parent: null, action: null });
  expect(settings?.children[0]).toMatchObject({ id: 'menu_settings_integrations', parent: 'menu_settings' });
  expect(settings?.children[0]?.children).toContainEqual({
    id: 'menu_connectors',
    name: 'Connectors',
    parent: 'menu_settings_integrations',
    action: 'ir.connector.list',
    sequence: 40,
    children: [],
  });
});

it('shows a member what he may read, and what is his own', async () => {
  expect(linesOf(await rootsOf(await app.signIn('Acme', 'member')))).toEqual([
    DOCUMENTS,
    MAIL,
    MESSAGES,
    administration('API tokens: auth.token.list'),
    administration('Sessions: auth.session.list'),
  ]);
});

it('shows an admin of an organization what concerns it', async () => {
  expect(linesOf(await rootsOf(await app.signIn('Acme', 'admin')))).toEqual([
    DOCUMENTS,
    MAIL,
    MESSAGES,
    CONNECTORS,
    administration('Organizations: res.organization.list'),
    administration('API tokens: auth.token.list'),
    administration('Sessions: auth.session.list'),
    administration('Audit: audit.event.list'),
  ]);
});

it('shows an instance admin everything', async () => {
  expect(linesOf(await rootsOf(await app.setUp()))).toEqual([
    DOCUMENTS,
    MAIL,
    MESSAGES,
    CONNECTORS,
    administration('Organizations: res.organization.list'),
    administration('Users: res.user.list'),
    administration('API tokens: auth.token.list'),
    administration('Sessions: auth.session.list'),
    administration('Audit: audit.event.list'),
    administration('Egress allow-list: egress.entry.list'),
    administration('Encryption keys: base.key.list'),
  ]);
});
