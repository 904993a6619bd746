import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { activeConnector } from '../support/active-connector.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { ScriptedSenders } from '../support/scripted-senders.js';

let app: TestApp;
let acme: TestClient;

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedSenders] });
  acme = await app.signIn('acme');
});
afterAll(() => app.close());

interface Category {
  readonly key: string;
  readonly built_in: object | null;
  readonly route: string;
  readonly connector: object | null;
}

async function categories(client: TestClient, query = ''): Promise<Map<string, Category>> {
  const { items } = (await client.get(`/api/connectors/categories${query}`)).body as { items: Category[] };
  return new Map(items.map((item) => [item.key, item]));
}

describe('the categories', () => {
  it('say what is built in, and that it is used while no connector is active', async () => {
    const all = await categories(acme);
    expect([...all.keys()]).toEqual(['email', 'messaging', 'storage']);
    expect(all.get('storage')).toMatchObject({
      display_name: 'Storage',
      built_in: { name: 'Local filesystem', available: true },
      route: 'built_in',
      connector: null,
    });
    expect(all.get('email')).toMatchObject({ built_in: { available: false }, route: 'none' });
    expect(all.get('messaging')).toMatchObject({ built_in: null, route: 'none', connector: null });
  });

  it('name the active default of the own organization, until it is disabled', async () => {
    const globex = await app.signIn('globex');
    const id = await activeConnector(globex, 'messaging', 'globex');
    expect((await categories(globex)).get('messaging')).toMatchObject({
      route: 'connector',
      connector: { id, name: 'Test', provider_type: 'scripted_chat', status: 'connected' },
    });
    expect((await categories(acme)).get('messaging')).toMatchObject({ route: 'none', connector: null });
    const foreign = `?organization_id=${globex.organizationId}`;
    expect((await acme.get(`/api/connectors/categories${foreign}`)).status).toBe(404);
    const instance = await app.setUp();
    expect((await categories(instance, foreign)).get('messaging')).toMatchObject({ route: 'connector' });

    await globex.post(`/api/connectors/${id}/deactivate`);
    expect((await categories(globex)).get('messaging')).toMatchObject({ route: 'none', connector: null });
  });

  it('are told to members', async () => {
    const member = await app.signIn('acme', 'member');
    expect((await categories(member)).size).toBe(3);
  });
});

describe('the built-in SMTP transport', () => {
  it('is available where the server has a mail server', async () => {
    const other = await startTestApp({ env: { EDE_SMTP_URL: 'smtp://127.0.0.1:1025' } });
    try {
      expect((await categories(await other.setUp())).get('email')).toMatchObject({
        built_in: { name: 'Built-in SMTP', available: true },
        route: 'built_in',
      });
    } finally {
      await other.close();
    }
  });
});
