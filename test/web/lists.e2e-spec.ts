import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  admin = await app.setUp();
  for (const index of [1, 2, 3, 4]) await admin.createConnector(draft({ name: `Connector ${index}` }));
});
afterAll(() => app.close());

const REFUSED = { status: 400, body: { errors: [{ pointer: 'cursor', code: 'invalid_cursor' }] } };

it('walks every item once, newest first, and ends with a null cursor', async () => {
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page = await admin.get(`/api/connectors?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
    const { items, next_cursor } = page.body as { items: { name: string }[]; next_cursor: string | null };
    seen.push(...items.map(({ name }) => name));
    cursor = next_cursor;
  }
  expect(seen).toEqual(['Connector 4', 'Connector 3', 'Connector 2', 'Connector 1']);
});

it('refuses a cursor with another sort, filter or list, and one that was made up', async () => {
  const { next_cursor: cursor } = (await admin.get('/api/connectors?limit=1')).body as { next_cursor: string };
  expect((await admin.get(`/api/connectors?cursor=${cursor}&limit=2`)).status).toBe(200);
  const forged = Buffer.from(
    JSON.stringify([...(JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]).slice(0, 1), 'x', 'y']),
  ).toString('base64url');
  for (const query of [
    `sort=name&cursor=${cursor}`,
    `is_enabled=true&cursor=${cursor}`,
    'cursor=abc',
    'cursor=',
    'cursor=%7B%7D',
    `cursor=${forged}`,
    `cursor=${cursor}x`,
    `cursor=${Buffer.from('[]').toString('base64url')}`,
    `cursor=${Buffer.from('{"a":1}').toString('base64url')}`,
  ]) {
    expect(await admin.get(`/api/connectors?${query}`)).toMatchObject(REFUSED);
  }
  expect(await admin.get(`/api/organizations?cursor=${cursor}`)).toMatchObject(REFUSED);
});
