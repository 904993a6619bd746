import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const CROSS_SITE = { headers: { 'sec-fetch-site': 'cross-site' } };

let database: TestDatabase;
let app: TestApp;
let other: TestApp;
let admin: TestClient;
let sql: DataSource;

beforeAll(async () => {
  database = await createTestDatabase();
  const env = { EDE_MASTER_KEY: randomBytes(32).toString('base64') };
  app = await startTestApp({ database, env });
  other = await startTestApp({ database, env });
  admin = await app.setUp();
  sql = app.get(DataSource);
});
afterAll(async () => {
  await other.close();
  await app.close();
  await database.drop();
});
beforeEach(() => sql.query('DELETE FROM auth_login_limit'));

interface Row {
  readonly organization_id: string | null;
  readonly actor_user_id: string | null;
  readonly actor_session_id: string | null;
  readonly actor_token_id: string | null;
  readonly action: string;
  readonly record_id: string | null;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The denials that `work` leaves; those that an earlier one left do not count. */
async function denialsOf(work: () => Promise<unknown>): Promise<Row[]> {
  const last = `SELECT coalesce(max(seq), 0) AS seq FROM audit_event`;
  const [{ seq }] = await sql.query<[{ seq: string }]>(last);
  await work();
  return sql.query(`SELECT * FROM audit_event WHERE seq > $1 AND result = 'denied' ORDER BY seq`, [seq]);
}

async function another(): Promise<TestClient> {
  return app.signIn('Acme');
}

describe('a request that a foreign page made a browser send', () => {
  it('leaves a row when it carries a session', async () => {
    const user = await another();
    const id = randomUUID();
    const send = () => user.put(`/api/connectors/${id}`, { name: 'X' }, CROSS_SITE);
    const rows = await denialsOf(async () => expect((await send()).body.code).toBe('csrf_refused'));
    expect(rows).toMatchObject([
      {
        action: 'access.denied',
        organization_id: user.organizationId,
        actor_user_id: user.identity.userId,
        record_id: id,
        facts: { method: 'PUT', route: '/api/connectors/:id', reason: 'csrf' },
      },
    ]);
  });

  it('leaves one row for a minute of its session, however often it comes', async () => {
    const [user, neighbour] = [await another(), await another()];
    const send = (client: TestClient) => client.put(`/api/connectors/${randomUUID()}`, { name: 'X' }, CROSS_SITE);
    const storm = () => Promise.all([...Array.from({ length: 20 }, () => send(user)), send(neighbour)]);
    const actors = (rows: Row[]) => rows.map((row) => row.actor_user_id).sort();
    const both = [user.identity.userId, neighbour.identity.userId].sort();
    expect(actors(await denialsOf(storm))).toEqual(both);
    await sql.query(`UPDATE auth_denial_note SET expires_at = expires_at - interval '1 minute'`);
    expect(actors(await denialsOf(storm))).toEqual(both);
  });

  it('does not keep its session awake', async () => {
    const user = await another();
    await sql.query(`UPDATE auth_session SET last_used_at = now() - interval '7 hours' WHERE user_id = $1`, [
      user.identity.userId,
    ]);
    const rest = `SELECT last_used_at < now() - interval '6 hours' AS "isResting" FROM auth_session WHERE user_id = $1`;
    expect((await user.put(`/api/connectors/${randomUUID()}`, { name: 'X' }, CROSS_SITE)).status).toBe(403);
    expect(await sql.query(rest, [user.identity.userId])).toEqual([{ isResting: true }]);
    expect((await user.get('/api/menus')).status).toBe(200);
    expect(await sql.query(rest, [user.identity.userId])).toEqual([{ isResting: false }]);
  });

  it('leaves none when it carries none, or one that is made up', async () => {
    const login = { email: 'a@b.co', password: 'x' };
    const rows = await denialsOf(async () => {
      expect((await app.anonymous().post('/api/auth/login', login, CROSS_SITE)).status).toBe(403);
      const headers = { ...CROSS_SITE.headers, cookie: 'ede_session_insecure=made-up' };
      expect((await app.anonymous().post('/api/organizations', {}, { headers })).status).toBe(403);
    });
    expect(rows).toEqual([]);
  });
});

describe('a credential that no longer counts', () => {
  const useTwice = async (client: TestClient): Promise<Row[]> =>
    denialsOf(async () => {
      expect((await client.get('/api/menus')).status).toBe(401);
      expect((await client.get('/api/menus')).status).toBe(401);
    });
  const endSession: Record<string, (user: TestClient) => Promise<unknown>> = {
    'has expired': (user) => sql.query('UPDATE auth_session SET expires_at = now() WHERE user_id = $1', [idOf(user)]),
    'has rested too long': (user) =>
      sql.query(`UPDATE auth_session SET last_used_at = now() - interval '9 hours' WHERE user_id = $1`, [idOf(user)]),
    'was ended by an admin': (user) => admin.delete(`/api/users/${idOf(user)}/sessions`),
    'was signed out': (user) => user.post('/api/auth/logout', undefined, { headers: { cookie: cookieOf(user) } }),
  };
  const idOf = (user: TestClient): string => user.identity.userId;
  const cookieOf = (user: TestClient): string => user.sessionCookie ?? '';

  it.each(Object.keys(endSession))('leaves one row, however often it comes: a session that %s', async (how) => {
    const user = await another();
    const kept = { headers: { cookie: cookieOf(user) } };
    const [{ id }] = await sql.query<[{ id: string }]>('SELECT id FROM auth_session WHERE user_id = $1', [idOf(user)]);
    await endSession[how]?.(user);
    const rows = await denialsOf(async () => {
      for (let at = 0; at < 3; at += 1) expect((await app.anonymous().get('/api/menus', kept)).status).toBe(401);
    });
    expect(rows).toMatchObject([
      {
        action: 'access.denied',
        organization_id: null,
        actor_user_id: idOf(user),
        actor_session_id: id,
        facts: { method: 'GET', route: '/api/menus', reason: 'credential_ended' },
      },
    ]);
  });

  it.each([
    ['has expired', (id: string) => sql.query('UPDATE auth_token SET expires_at = now() WHERE user_id = $1', [id])],
    ['was revoked', (_: string, user: TestClient) => revokeAll(user)],
    ['is of a user without membership', (id: string) => admin.put(`/api/users/${id}`, { memberships: [] })],
  ])('leaves one row in the organization: a token that %s', async (_, end) => {
    const user = await another();
    const program = await user.withToken();
    const [{ id }] = await sql.query<[{ id: string }]>('SELECT id FROM auth_token WHERE user_id = $1', [idOf(user)]);
    await end(idOf(user), user);
    expect(await useTwice(program)).toMatchObject([
      {
        organization_id: user.organizationId,
        actor_user_id: idOf(user),
        actor_token_id: id,
        facts: { reason: 'credential_ended' },
      },
    ]);
  });

  const revokeAll = async (user: TestClient): Promise<void> => {
    const { items } = (await user.get('/api/auth/tokens')).body as { items: { id: string }[] };
    for (const { id } of items) expect((await user.delete(`/api/auth/tokens/${id}`)).status).toBe(204);
  };

  it('says that its user is disabled', async () => {
    const user = await another();
    const program = await user.withToken();
    await admin.put(`/api/users/${idOf(user)}`, { is_active: false });
    for (const client of [user, program]) {
      const rows = await useTwice(client);
      expect(rows).toMatchObject([{ actor_user_id: idOf(user), facts: { reason: 'user_disabled' } }]);
    }
  });

  it('leaves one row when it comes to many doors of two processes at once, and the next a minute later', async () => {
    const user = await another();
    const program = await user.withToken();
    await revokeAll(user);
    const headers = { authorization: program.raw('get', '/').get('authorization') };
    const storm = () =>
      Promise.all(
        Array.from({ length: 40 }, (_, at) => (at % 2 ? app : other).anonymous().get('/api/menus', { headers })),
      );
    expect(await denialsOf(storm)).toHaveLength(1);
    await sql.query(`UPDATE auth_denial_note SET expires_at = expires_at - interval '1 minute'`);
    expect(await denialsOf(storm)).toHaveLength(1);
  });

  it('leaves none when it was made up, or is missing', async () => {
    const rows = await denialsOf(async () => {
      const made: Record<string, string>[] = [
        { authorization: 'Bearer ede_made-up' },
        { authorization: 'Basic eA==' },
        { cookie: 'ede_session_insecure=made-up' },
        {},
      ];
      for (const headers of made) {
        expect((await app.anonymous().get('/api/menus', { headers })).status).toBe(401);
      }
    });
    expect(rows).toEqual([]);
  });
});

describe('a wrong one-time link', () => {
  it('leaves one row for its address and minute', async () => {
    const reset = () =>
      app.anonymous().post('/api/auth/reset', { reset_token: randomUUID(), password: 'correct horse battery staple' });
    const rows = await denialsOf(async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, reset));
      for (const answer of answers) expect(answer.body.code).toBe('invalid_setup_token');
    });
    expect(rows).toMatchObject([
      { action: 'auth.link_refused', organization_id: null, actor_user_id: null, facts: { route: '/api/auth/reset' } },
    ]);
  });

  it('is noted in the transaction of its row', async () => {
    await sql.query('DELETE FROM auth_denial_note');
    const form = { reset_token: randomUUID(), password: 'correct horse battery staple' };
    expect((await app.anonymous().post('/api/auth/reset', form)).status).toBe(401);
    const same = await sql.query(
      `SELECT n.xmin = e.xmin AS "isSame" FROM auth_denial_note n,
         (SELECT xmin FROM audit_event ORDER BY seq DESC LIMIT 1) e`,
    );
    expect(same).toEqual([{ isSame: true }]);
  });

  it('leaves one of its own at the first setup', async () => {
    const fresh = await startTestApp();
    try {
      const form = {
        setup_token: 'x',
        email: 'a@b.co',
        password: 'correct horse battery staple',
        organization_name: 'A',
      };
      for (let at = 0; at < 3; at += 1) expect((await fresh.anonymous().post('/api/setup', form)).status).toBe(401);
      const rows = await fresh.get(DataSource).query(`SELECT action, facts FROM audit_event WHERE result = 'denied'`);
      expect(rows).toMatchObject([{ action: 'auth.link_refused', facts: { route: '/api/setup' } }]);
    } finally {
      await fresh.close();
    }
  });
});

describe('a locked sign-in', () => {
  const guess = (email: string): Promise<Answer> => app.anonymous().post('/api/auth/login', { email, password: 'no' });

  it('leaves one row when it is first refused, and the next one in another window', async () => {
    const user = await another();
    const { email, userId } = user.identity;
    const storm = () => Promise.all(Array.from({ length: 25 }, () => guess(email)));
    const locked = {
      action: 'auth.login_locked',
      organization_id: null,
      record_id: userId,
      facts: { counter: 'pair' },
    };
    expect(await denialsOf(storm)).toMatchObject([locked]);
    expect(await denialsOf(storm)).toEqual([]);
    for (const table of ['auth_login_limit', 'auth_denial_note'])
      await sql.query(`UPDATE ${table} SET expires_at = expires_at - interval '15 minutes'`);
    expect(await denialsOf(storm)).toMatchObject([locked]);
  });

  it('leaves one row for an address that tries many accounts', async () => {
    const rows = await denialsOf(() =>
      Promise.all(Array.from({ length: 80 }, (_, at) => guess(`many${at}@example.net`))),
    );
    expect(rows).toMatchObject([{ action: 'auth.login_locked', record_id: null, facts: { counter: 'address' } }]);
  });
});

it('a denied command names its record', async () => {
  const user = await another();
  const record_id = randomUUID();
  const rows = await denialsOf(async () => {
    const answer = await user.post('/api/commands/ir.connector.activate', { record_id: record_id.toUpperCase() });
    expect(answer.status).toBe(404);
  });
  expect(rows).toMatchObject([{ action: 'access.denied', record_id, facts: { reason: 'not_found' } }]);
});

it('what names no record of anybody is no denial', async () => {
  const user = await another();
  const rows = await denialsOf(async () => {
    const answer = await user.post('/api/commands/no.such.command', { record_id: randomUUID() });
    expect(answer).toMatchObject({ status: 404, body: { code: 'unknown_command' } });
  });
  expect(rows).toEqual([]);
});
