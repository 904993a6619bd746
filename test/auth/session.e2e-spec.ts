import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';

const NEW_PASSWORD = 'wrong horse battery staple';

let app: TestApp;
let admin: TestClient;
let user: TestClient;

beforeAll(async () => {
  app = await startTestApp();
  admin = await app.setUp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.get(DataSource).query('DELETE FROM auth_login_limit');
  user = await app.signIn('Acme', 'member');
});

const status = async (client: TestClient): Promise<number> => (await client.get('/api/auth/session')).status;
const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> => app.get(DataSource).query(text, values);

async function anotherSession(): Promise<TestClient> {
  const client = app.anonymous();
  await client.logIn(user.identity.email, user.identity.password);
  return client;
}

const setSession = (assignment: string): Promise<unknown> =>
  sql(`UPDATE auth_session SET ${assignment} WHERE user_id = $1`, [user.identity.userId]);

describe('a session', () => {
  it('ends after eight hours of rest', async () => {
    await setSession(`last_used_at = now() - interval '7 hours 59 minutes'`);
    expect(await status(user)).toBe(200);
    await setSession(`last_used_at = now() - interval '8 hours 1 second'`);
    const answer = await user.get('/api/auth/session');
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
  });

  it('ends seven days after the sign-in, however much it is used', async () => {
    const [row] = await sql<{ days: string }>(
      'SELECT extract(epoch FROM expires_at - created_at) / 86400 AS days FROM auth_session WHERE user_id = $1',
      [user.identity.userId],
    );
    expect(Number(row?.days)).toBe(7);
    await setSession(`expires_at = now()`);
    expect(await status(user)).toBe(401);
  });

  it('notes its use at most once a minute', async () => {
    const lastUse = async (): Promise<string | undefined> => {
      const [row] = await sql<{ at: Date }>('SELECT last_used_at AS at FROM auth_session WHERE user_id = $1', [
        user.identity.userId,
      ]);
      return row?.at.toISOString();
    };
    await setSession(`last_used_at = now() - interval '30 seconds'`);
    const before = await lastUse();
    await status(user);
    expect(await lastUse()).toBe(before);
    await setSession(`last_used_at = now() - interval '61 seconds'`);
    await status(user);
    expect(Date.parse((await lastUse()) ?? '')).toBeGreaterThan(Date.parse(before ?? ''));
  });

  it('ends at once when its user signs out, there and nowhere else', async () => {
    const other = await anotherSession();
    const cookie = user.sessionCookie ?? '';
    const answer = await user.post('/api/auth/logout');
    expect(answer.status).toBe(204);
    expect(user.sessionCookie).toBeNull();
    expect((await app.anonymous().get('/api/auth/session', { headers: { cookie } })).status).toBe(401);
    expect(await status(other)).toBe(200);
  });

  it('ends at once when its user is disabled, and does not come back', async () => {
    const setActive = (is_active: boolean) => admin.put(`/api/users/${user.identity.userId}`, { is_active });
    expect((await setActive(false)).status).toBe(200);
    expect(await status(user)).toBe(401);
    expect((await setActive(true)).status).toBe(200);
    expect(await status(user)).toBe(401);
    expect(await status(await anotherSession())).toBe(200);
  });

  it('ends at once when an admin sets another password', async () => {
    await admin.put(`/api/users/${user.identity.userId}`, { password: NEW_PASSWORD });
    expect(await status(user)).toBe(401);
  });

  it.each(['', 'x', 'x'.repeat(43), '%00', '"'])('is not the one of the cookie %j', async (value) => {
    const answer = await app
      .anonymous()
      .get('/api/auth/session', { headers: { cookie: `ede_session_insecure=${value}` } });
    expect(answer.status).toBe(401);
  });
});

describe('the organization of a session', () => {
  it('is the first membership until another is chosen, and again when that one is lost', async () => {
    const second = await app.createOrganization('Second');
    const member = `/api/organizations/${second}/members/${user.identity.userId}`;
    expect((await admin.put(member, { role: 'admin' })).status).toBe(200);
    expect((await user.get('/api/auth/session')).body).toMatchObject({
      organizations: [
        { name: 'Acme', role: 'member' },
        { id: second, name: 'Second', role: 'admin' },
      ],
      organization_id: user.organizationId,
    });

    const chosen = await user.put('/api/auth/session', { organization_id: second.toUpperCase() });
    expect(chosen).toMatchObject({ status: 200, body: { organization_id: second } });
    expect((await user.get('/api/auth/session')).body).toEqual(chosen.body);
    const other = await anotherSession();
    expect((await other.get('/api/auth/session')).body.organization_id).toBe(user.organizationId);

    await admin.delete(member);
    expect((await user.get('/api/auth/session')).body).toMatchObject({
      organizations: [{ name: 'Acme' }],
      organization_id: user.organizationId,
    });
  });

  it('cannot be a foreign or unknown one, which answer the same', async () => {
    const foreign = await app.createOrganization('Foreign');
    const answers = [];
    for (const organization_id of [foreign, randomUUID()]) {
      const answer = await user.put('/api/auth/session', { organization_id });
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
      answers.push({ ...answer.body, instance: null });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect((await admin.put('/api/auth/session', { organization_id: randomUUID() })).status).toBe(404);
  });

  it('may be any for an instance admin', async () => {
    const foreign = await app.createOrganization('Foreign');
    const answer = await admin.put('/api/auth/session', { organization_id: foreign });
    expect(answer).toMatchObject({ status: 200, body: { organization_id: foreign } });
    expect((await admin.get('/api/auth/session')).body.organization_id).toBe(foreign);
  });

  it('is null for a user without any membership', async () => {
    await admin.put(`/api/users/${user.identity.userId}`, { memberships: [] });
    expect((await user.get('/api/auth/session')).body).toMatchObject({ organizations: [], organization_id: null });
  });

  it.each([[{}], [{ organization_id: 'x' }], [{ organization_id: null }]])('refuses %j', async (body) => {
    expect(await user.put('/api/auth/session', body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_input', errors: [{ pointer: '/organization_id' }] },
    });
  });
});

describe('confirming by password', () => {
  const confirmedSeconds = async (): Promise<number | null> => {
    const [row] = await sql<{ seconds: string | null }>(
      'SELECT extract(epoch FROM confirmed_until - now()) AS seconds FROM auth_session WHERE user_id = $1',
      [user.identity.userId],
    );
    return row?.seconds ? Number(row.seconds) : null;
  };

  it('holds for five minutes; a sign-in alone does not confirm', async () => {
    expect(await confirmedSeconds()).toBeNull();
    expect((await user.post('/api/auth/confirm', { password: user.identity.password })).status).toBe(204);
    const seconds = (await confirmedSeconds()) ?? 0;
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(300);
  });

  it('needs the right password, and guesses are limited like sign-ins', async () => {
    for (let at = 0; at < 10; at += 1) {
      const answer = await user.post('/api/auth/confirm', { password: 'wrong' });
      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    }
    expect(await confirmedSeconds()).toBeNull();
    const answer = await user.post('/api/auth/confirm', { password: user.identity.password });
    expect(answer).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(await status(user)).toBe(200);
  });
});

describe('changing the password', () => {
  const change = (current: string, wanted: string) => user.post('/api/auth/password', { current, new: wanted });

  it('ends the other sessions and keeps the own', async () => {
    const other = await anotherSession();
    expect((await change(user.identity.password, NEW_PASSWORD)).status).toBe(204);
    expect(await status(user)).toBe(200);
    expect(await status(other)).toBe(401);
    const login = (password: string) =>
      app.anonymous().post('/api/auth/login', { email: user.identity.email, password });
    expect((await login(user.identity.password)).status).toBe(401);
    expect((await login(NEW_PASSWORD)).status).toBe(200);
  });

  it('needs the present one', async () => {
    expect(await change('wrong', NEW_PASSWORD)).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    expect(await status(await anotherSession())).toBe(200);
  });

  it('goes through once when two come at once with the same present one', async () => {
    const other = await anotherSession();
    const answers = await Promise.all([
      change(user.identity.password, NEW_PASSWORD),
      other.post('/api/auth/password', { current: user.identity.password, new: `${NEW_PASSWORD} too` }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([204, 401]);
  });

  it.each([
    ['x'.repeat(11), 400],
    ['x'.repeat(12), 204],
    ['😀'.repeat(128), 204],
    ['x'.repeat(129), 400],
  ])('takes 12 to 128 characters (%s → %i)', async (wanted, expected) => {
    const answer = await change(user.identity.password, wanted);
    expect(answer.status).toBe(expected);
    if (expected === 400) expect(answer.body.errors).toMatchObject([{ pointer: '/new' }]);
  });

  it('is audited by name, without a value', async () => {
    await change(user.identity.password, NEW_PASSWORD);
    const [row] = await sql<{ action: string; changed_keys: string[]; actor_user_id: string; text: string }>(
      'SELECT action, changed_keys, actor_user_id, e::text AS text FROM audit_event e WHERE record_id = $1 ORDER BY seq DESC LIMIT 1',
      [user.identity.userId],
    );
    expect(row).toMatchObject({
      action: 'user.updated',
      changed_keys: ['password'],
      actor_user_id: user.identity.userId,
    });
    expect(row?.text).not.toMatch(/horse|argon2/);
  });
});
