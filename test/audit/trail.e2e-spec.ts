import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Scope } from '../../src/core/access/index.js';
import { AuditLog } from '../../src/core/ports/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';

interface Event {
  readonly sequence: number;
  readonly action: string;
  readonly at: string;
  readonly organization_id: string | null;
}

let app: TestApp;
let instanceAdmin: TestClient;
let admin: TestClient;
let member: TestClient;
let acme: string;
let connectorId: string;

beforeAll(async () => {
  app = await startTestApp();
  instanceAdmin = await app.setUp();
  admin = await app.signIn('Acme');
  member = await app.signIn('Acme', 'member');
  acme = admin.organizationId;
  connectorId = String((await admin.createConnector())['id']);
  await admin.patch(`/api/connectors/${connectorId}`, { name: 'Other' });
  await member.patch(`/api/connectors/${connectorId}`, { name: 'Mine' });
});
afterAll(() => app.close());

const itemsOf = (answer: Answer): Event[] => {
  expect(answer.status).toBe(200);
  return answer.body['items'] as Event[];
};
const list = async (query = '', as = admin): Promise<Event[]> => itemsOf(await as.get(`/api/audit${query}`));
const actions = async (query = ''): Promise<string[]> => (await list(query)).map(({ action }) => action);

describe('the list', () => {
  it('shows events of the own organization, newest first, with all that is known', async () => {
    const [newest, ...older] = await list();
    expect(newest).toEqual({
      id: expect.any(String),
      sequence: older.length + 1,
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      organization_id: acme,
      action: 'access.denied',
      result: 'denied',
      user_id: member.identity.userId,
      user_name: member.identity.email,
      user_email: member.identity.email,
      session_id: expect.any(String),
      token_id: null,
      address: '127.0.0.1',
      request_id: expect.any(String),
      record_type: null,
      record_id: connectorId,
      changed_keys: [],
      facts: { method: 'PATCH', route: '/api/connectors/:id', reason: 'forbidden' },
      previous_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(older.map(({ sequence }) => sequence)).toEqual(older.map((_, at) => older.length - at));
  });

  it('is filtered', async () => {
    expect(await actions(`?connector_id=${connectorId}`)).toEqual(['connector.updated', 'connector.created']);
    expect(await actions(`?record_id=${connectorId}`)).toEqual([
      'access.denied',
      'connector.updated',
      'connector.created',
    ]);
    expect(await actions('?action=connector.created')).toEqual(['connector.created']);
    expect(await actions('?result=denied')).toEqual(['access.denied']);
    expect(await actions('?result=failure')).toEqual([]);
    expect(await actions(`?actor_id=${member.identity.userId}`)).toEqual(['access.denied']);
    expect(await actions(`?actor_id=${admin.identity.userId.toUpperCase()}&action=connector.updated`)).toEqual([
      'connector.updated',
    ]);
  });

  it('is filtered by time: from a moment on, and before one', async () => {
    const all = await list();
    const { at } = all[1] as Event;
    const moment = encodeURIComponent(at);
    expect(await list(`?since=${moment}`)).toEqual(all.filter((event) => event.at >= at));
    expect(await list(`?until=${moment}`)).toEqual(all.filter((event) => event.at < at));
    expect(await list('?since=2100-01-01T00:00:00Z')).toEqual([]);
    expect(await list('?until=2000-01-01T00:00:00%2B02:00')).toEqual([]);
  });

  it('is paged without gap or repetition, and refuses the cursor of another filter', async () => {
    const all = await list();
    const paged: Event[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const answer: Answer = await admin.get(`/api/audit?limit=2${cursor && `&cursor=${cursor}`}`);
      paged.push(...itemsOf(answer));
      cursor = answer.body['next_cursor'] as string | null;
    }
    expect(paged).toEqual(all);
    const first = await admin.get('/api/audit?limit=1');
    const other = await admin.get(`/api/audit?result=denied&cursor=${String(first.body['next_cursor'])}`);
    expect(other).toMatchObject({ status: 400, body: { errors: [{ code: 'invalid_cursor' }] } });
  });

  it.each([
    'organization_id=x',
    'instance=1',
    'actor_id=x',
    'connector_id=x',
    'result=bad',
    'since=yesterday',
    'until=2026-01-01',
    'action=',
    'limit=0',
    'who=me',
  ])('refuses ?%s', async (query) => {
    expect((await admin.get(`/api/audit?${query}`)).status).toBe(400);
  });
});

describe('whose trail', () => {
  it('is for admins of the organization and instance admins', async () => {
    expect((await member.get('/api/audit')).status).toBe(403);
    expect(await list(`?organization_id=${acme}`, instanceAdmin)).toEqual(await list());
    const foreign = await app.createOrganization('Globex');
    const unknown = await admin.get(`/api/audit?organization_id=${randomUUID()}`);
    for (const path of ['', '/export', '/verification']) {
      const answer = await admin.get(`/api/audit${path}?organization_id=${foreign}`);
      expect(answer.status).toBe(404);
      expect({ ...answer.body, instance: null }).toEqual({ ...unknown.body, instance: null });
    }
  });

  it('of the instance is for instance admins only', async () => {
    const events = await list('?instance=true', instanceAdmin);
    expect(events.map(({ organization_id }) => organization_id)).not.toContain(acme);
    expect(events.map(({ action }) => action)).toEqual(expect.arrayContaining(['auth.logged_in', 'user.created']));
    for (const path of ['', '/export', '/verification']) {
      expect((await admin.get(`/api/audit${path}?instance=true`)).status).toBe(403);
    }
    expect((await instanceAdmin.get(`/api/audit?instance=true&organization_id=${acme}`)).status).toBe(400);
  });
});

describe('the export', () => {
  const lines = (answer: Answer): Event[] =>
    answer.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Event);

  it('is lines of JSON, oldest first, like the items of the list, and is audited itself', async () => {
    const answer = await admin.get('/api/audit/export');
    expect(answer.headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect((await list()).reverse()).toMatchObject(lines(answer));
    expect(lines(answer).at(-1)).toMatchObject({ action: 'audit.exported' });
  });

  it('takes the filters of the list', async () => {
    const answer = await admin.get(`/api/audit/export?connector_id=${connectorId}`);
    expect(lines(answer).map(({ action }) => action)).toEqual(['connector.created', 'connector.updated']);
    expect((await list())[0]).toMatchObject({ action: 'audit.exported', facts: { filters: 'recordType recordId' } });
    expect((await admin.get('/api/audit/export?limit=1')).status).toBe(400);
  });

  it('is whole when it is longer than what is read at once', async () => {
    const organizationId = await app.createOrganization('Long');
    for (let round = 0; round < 13; round += 1) {
      await Promise.all(
        Array.from({ length: 100 }, () =>
          app.get(AuditLog).record(Scope.system(), { organizationId, action: 'test.long' }),
        ),
      );
    }
    const exported = lines(await instanceAdmin.get(`/api/audit/export?organization_id=${organizationId}`));
    expect(exported.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 1302 }, (_, at) => at + 1));
  });

  it('answers HEAD without reading', async () => {
    expect(await admin.head('/api/audit/export')).toMatchObject({ status: 200 });
  });
});

describe('a change that cannot be audited', () => {
  it('is refused, and not made', async () => {
    const sql = app.get(DataSource);
    await sql.query(
      `ALTER TABLE audit_event ADD CONSTRAINT audit_full CHECK (action <> 'connector.updated') NOT VALID`,
    );
    try {
      const answer = await admin.patch(`/api/connectors/${connectorId}`, { name: 'Unseen' });
      expect(answer.status).toBe(500);
    } finally {
      await sql.query('ALTER TABLE audit_event DROP CONSTRAINT audit_full');
    }
    expect((await admin.readConnector(connectorId))['name']).toBe('Other');
  });
});

describe('what is not there for the caller', () => {
  const methods = ['get', 'patch', 'put', 'delete'] as const;
  const records = ['of another organization', 'that never was'] as const;
  const cases = methods.flatMap((method) => records.map((record) => ({ method, record })));

  it.each(cases)('is audited: $method of a record $record', async ({ method, record }) => {
    const isForeign = record === 'of another organization';
    const id = isForeign ? String((await instanceAdmin.createConnector())['id']) : randomUUID();
    const body = method === 'patch' || method === 'put' ? { name: 'x' } : undefined;
    expect((await admin[method](`/api/connectors/${id}`, body as never)).status).toBe(404);
    expect((await list())[0]).toMatchObject({
      action: 'access.denied',
      result: 'denied',
      record_id: id,
      facts: { method: method.toUpperCase(), route: '/api/connectors/:id', reason: 'not_found' },
    });
  });
});
