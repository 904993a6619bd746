import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

it('shows an admin Settings → Integrations → Connectors, with sequence 40', async () => {
  const admin = await app.signIn('Acme', 'admin');
  const answer = await admin.get('/api/menus');
  expect(answer.status).toBe(200);
  expect(answer.body.items).toContainEqual(
    expect.objectContaining({
      id: 'menu_settings',
      name: 'Settings',
      parent: null,
      children: [
        expect.objectContaining({
          id: 'menu_settings_integrations',
          name: 'Integrations',
          parent: 'menu_settings',
          children: expect.arrayContaining([
            {
              id: 'menu_connectors',
              name: 'Connectors',
              parent: 'menu_settings_integrations',
              action: expect.any(String),
              sequence: 40,
              children: [],
            },
          ]),
        }),
      ],
    }),
  );
});

it('shows a member no menu that leads to admin pages only', async () => {
  const member = await app.signIn('Acme', 'member');
  expect(JSON.stringify((await member.get('/api/menus')).body)).not.toContain('menu_connectors');
});
