import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { complete, draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

const NAMES = ['beta', 'Alpha', 'gamma', 'ALPHA two', '100% sure', 'under_score', 'zeta'];

let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  admin = await app.setUp();
  for (const [index, name] of NAMES.entries()) {
    const { id } = (
      await admin.post(
        '/api/connectors',
        draft({ name, param_ids: complete(index % 2 ? 'ok' : 'refuse'), is_default: index === 3 }),
      )
    ).body;
    if (index < 4) await admin.post(`/api/connectors/${id}/test`, {});
    if (index === 1) await admin.post(`/api/connectors/${id}/activate`);
  }
});
afterAll(() => app.close());

async function walk(query: string, limit: number): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const answer = await admin.get(`/api/connectors?${query}&limit=${limit}${cursor && `&cursor=${cursor}`}`);
    expect(answer.status).toBe(200);
    names.push(...answer.body.items.map((item: { name: string }) => item.name));
    cursor = answer.body.next_cursor;
  }
  return names;
}

describe('the list of connectors', () => {
  it.each([
    ['', [...NAMES].reverse()],
    ['sort=created_at', NAMES],
    ['sort=name', ['100% sure', 'Alpha', 'ALPHA two', 'beta', 'gamma', 'under_score', 'zeta']],
    ['sort=-name', ['zeta', 'under_score', 'gamma', 'beta', 'ALPHA two', 'Alpha', '100% sure']],
  ])('walks whole by pages of 1, 2 and 50 in the order of "%s"', async (query, expected) => {
    for (const limit of [1, 2, 50]) expect(await walk(query, limit)).toEqual(expected);
  });

  it.each(['last_tested_at', '-last_tested_at'])('puts the untested last for %s', async (sort) => {
    const tested = sort.startsWith('-')
      ? ['ALPHA two', 'gamma', 'Alpha', 'beta']
      : ['beta', 'Alpha', 'gamma', 'ALPHA two'];
    for (const limit of [1, 3]) {
      const names = await walk(`sort=${sort}`, limit);
      expect(names.slice(0, 4)).toEqual(tested);
      expect(names.slice(4).sort()).toEqual(['100% sure', 'under_score', 'zeta']);
    }
  });

  it.each([
    ['q=alpha', ['ALPHA two', 'Alpha']],
    ['q=%25', ['100% sure']],
    ['q=_', ['under_score']],
    ['status=error', ['gamma', 'beta']],
    ['status=connected', ['ALPHA two', 'Alpha']],
    ['is_enabled=true', ['Alpha']],
    ['is_default=true', ['ALPHA two']],
    ['category=storage&provider_type=scripted&status=draft', ['zeta', 'under_score', '100% sure']],
    ['category=email', []],
  ])('filters by %s', async (query, expected) => {
    expect(await walk(query, 50)).toEqual(expected);
  });

  it('masks secrets', async () => {
    expect(JSON.stringify((await admin.get('/api/connectors')).body)).not.toContain('top-secret-value');
  });

  it.each(['sort=updated_at', 'status=odd', 'is_enabled=1', 'limit=0', 'limit=x', 'cursor=x', 'unknown=1', 'q='])(
    'refuses %s',
    async (query) => {
      expect((await admin.get(`/api/connectors?${query}`)).status).toBe(400);
    },
  );

  it('refuses a cursor of another sort or filter, and clamps the limit', async () => {
    const { next_cursor: cursor } = (await admin.get('/api/connectors?limit=1')).body;
    expect((await admin.get(`/api/connectors?limit=1&sort=name&cursor=${cursor}`)).status).toBe(400);
    expect((await admin.get(`/api/connectors?limit=1&q=a&cursor=${cursor}`)).status).toBe(400);
    expect((await admin.get('/api/connectors?limit=100000')).status).toBe(200);
  });
});
