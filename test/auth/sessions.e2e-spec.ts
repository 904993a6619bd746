import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';

interface Item {
  readonly id: string;
  readonly is_current: boolean;
}

let app: TestApp;
let admin: TestClient;
let user: TestClient;

beforeAll(async () => {
  app = await startTestApp();
  admin = await app.setUp();
});
afterAll(() => app.close());
beforeEach(async () => {
  user = await app.signIn('Acme', 'member');
});

const anotherSession = async (of = user): Promise<TestClient> => {
  const client = app.anonymous();
  await client.logIn(of.identity.email, of.identity.password);
  return client;
};
const sessionsOf = async (client = user): Promise<Item[]> =>
  (await client.get('/api/auth/sessions')).body['items'] as Item[];
const currentOf = async (client: TestClient): Promise<string> =>
  (await sessionsOf(client)).find(({ is_current }) => is_current)?.id ?? '';
const status = async (client: TestClient): Promise<number> => (await client.get('/api/auth/session')).status;
const sql = (statement: string, parameters: unknown[]): Promise<Record<string, unknown>[]> =>
  app.get(DataSource).query(statement, parameters);
/** The newest event of the action; refusals that follow it have events of their own. */
const lastEvent = async (action: string): Promise<Record<string, unknown> | undefined> => {
  const select = 'SELECT action, record_id, actor_user_id, facts FROM audit_event';
  return (await sql(`${select} WHERE action = $1 ORDER BY seq DESC LIMIT 1`, [action]))[0];
};

describe('the list of sessions', () => {
  it('tells when, from where and with what, and which one asks', async () => {
    const phone = app.anonymous();
    const { email, password } = user.identity;
    const agent = `Phone/1.0 ${'x'.repeat(600)}`;
    await phone.post('/api/auth/login', { email, password }, { headers: { 'user-agent': agent } });
    const answer = await user.get('/api/auth/sessions');
    expect(answer).toMatchObject({ status: 200, body: { next_cursor: null } });
    const moment = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const common = { id: expect.any(String), created_at: moment, last_seen_at: moment, expires_at: moment };
    expect(answer.body['items']).toEqual([
      { ...common, is_current: false, address: '127.0.0.1', user_agent: agent.slice(0, 512) },
      { ...common, is_current: true, address: '127.0.0.1', user_agent: null },
    ]);
    expect(answer.text).not.toMatch(/token|hash/);
  });

  it('has pages', async () => {
    await anotherSession();
    await anotherSession();
    const first = await user.get('/api/auth/sessions?limit=2');
    const second = await user.get(`/api/auth/sessions?limit=2&cursor=${String(first.body['next_cursor'])}`);
    const ids = [first, second].flatMap(({ body }) => body['items'] as Item[]).map(({ id }) => id);
    expect(ids).toEqual((await sessionsOf()).map(({ id }) => id));
    expect(ids).toHaveLength(3);
  });

  it.each([
    ['has rested for too long', `last_used_at = now() - interval '8 hours'`],
    ['is too old', 'expires_at = now()'],
    ['is from before a change of the password', 'session_epoch = -1'],
  ])('leaves out one that %s', async (_what, change) => {
    const other = await anotherSession();
    await sql(`UPDATE auth_session SET ${change} WHERE id = $1`, [await currentOf(other)]);
    expect(await status(other)).toBe(401);
    expect(await sessionsOf()).toMatchObject([{ is_current: true }]);
  });

  it('is not for API tokens', async () => {
    const token = await user.withToken();
    expect((await token.get('/api/auth/sessions')).status).toBe(403);
  });
});

describe('ending sessions', () => {
  it('of the list works at once, and is audited', async () => {
    const other = await anotherSession();
    const id = await currentOf(other);
    expect((await user.delete(`/api/auth/sessions/${id}`)).status).toBe(204);
    expect(await status(other)).toBe(401);
    expect(await lastEvent('auth.session_ended')).toMatchObject({ record_id: id, actor_user_id: user.identity.userId });
    expect((await user.delete(`/api/auth/sessions/${id}`)).status).toBe(404);
  });

  it('of another user answers as for an unknown one', async () => {
    const stranger = await app.signIn('Acme');
    const foreign = await user.delete(`/api/auth/sessions/${await currentOf(stranger)}`);
    const unknown = await user.delete(`/api/auth/sessions/${randomUUID()}`);
    expect(foreign.status).toBe(404);
    expect({ ...foreign.body, instance: 0 }).toEqual({ ...unknown.body, instance: 0 });
    expect(await status(stranger)).toBe(200);
  });

  it('everywhere else keeps the one that asks and those of others', async () => {
    const [one, two] = [await anotherSession(), await anotherSession()];
    const stranger = await app.signIn('Acme');
    expect((await user.delete('/api/auth/sessions')).status).toBe(204);
    expect(await Promise.all([user, one, two, stranger].map(status))).toEqual([200, 401, 401, 200]);
    expect(await lastEvent('auth.other_sessions_ended')).toMatchObject({
      actor_user_id: user.identity.userId,
      facts: { count: 2 },
    });
  });

  it('of a user is for instance admins', async () => {
    const other = await anotherSession();
    const path = `/api/users/${user.identity.userId}/sessions`;
    expect((await (await app.signIn('Acme')).delete(path)).status).toBe(403);
    expect(await status(user)).toBe(200);
    expect((await admin.delete(path)).status).toBe(204);
    expect(await Promise.all([user, other].map(status))).toEqual([401, 401]);
    expect(await lastEvent('user.sessions_ended')).toEqual({
      action: 'user.sessions_ended',
      record_id: user.identity.userId,
      actor_user_id: admin.identity.userId,
      facts: { count: 2 },
    });
    expect((await admin.delete(`/api/users/${randomUUID()}/sessions`)).status).toBe(404);
  });
});

describe('disabling a user', () => {
  const setActive = async (is_active: boolean): Promise<void> => {
    expect((await admin.put(`/api/users/${user.identity.userId}`, { is_active })).status).toBe(200);
  };

  it('ends his sessions and tokens at once, and enabling him brings none of them back', async () => {
    const token = await user.withToken({ scopes: ['read'] });
    expect((await token.get('/api/connectors')).status).toBe(200);
    await setActive(false);
    expect([await status(user), (await token.get('/api/connectors')).status]).toEqual([401, 401]);
    await setActive(true);
    expect([await status(user), (await token.get('/api/connectors')).status]).toEqual([401, 401]);
    const again = await anotherSession();
    expect((await again.get('/api/auth/tokens')).body['items']).toEqual([]);
    expect((await (await again.withToken({ scopes: ['read'] })).get('/api/connectors')).status).toBe(200);
  });

  it('again, or changing something else, voids nothing', async () => {
    await setActive(true);
    const token = await user.withToken({ scopes: ['read'] });
    expect((await admin.put(`/api/users/${user.identity.userId}`, { name: 'New name' })).status).toBe(200);
    expect((await token.get('/api/connectors')).status).toBe(200);
  });
});
