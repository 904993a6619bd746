import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { PasswordHasher } from '../../src/core/crypto/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let app: TestApp;
let other: TestApp;
let admin: TestClient;
let user: TestClient;

const env = { EDE_MASTER_KEY: randomBytes(32).toString('base64') };

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp({ database, env });
  other = await startTestApp({ database, env });
  admin = await app.setUp();
  user = await app.signIn('Acme', 'member');
});
afterAll(async () => {
  await other.close();
  await app.close();
  await database.drop();
});
beforeEach(async () => {
  await app.get(DataSource).query('DELETE FROM auth_login_limit');
});

const logIn = (email: string, password: string, at = app): Promise<Answer> =>
  at.anonymous().post('/api/auth/login', { email, password });
const cookieOf = (answer: Answer): string => String((answer.headers as Record<string, unknown>)['set-cookie']);
const bodyWithoutInstance = (answer: Answer): object => ({ ...answer.body, instance: null });

describe('signing in', () => {
  it('answers the session and sets a cookie that scripts and other sites do not get', async () => {
    const answer = await logIn(user.identity.email, user.identity.password);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      user: { id: user.identity.userId, email: user.identity.email, name: user.identity.email, is_admin: false },
      organizations: [{ id: user.organizationId, name: 'Acme', role: 'member' }],
      organization_id: user.organizationId,
    });
    expect(cookieOf(answer)).toMatch(
      /^ede_session_insecure=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('takes the email address in any case of its letters', async () => {
    expect((await logIn(user.identity.email.toUpperCase(), user.identity.password)).status).toBe(200);
  });

  it('makes a new session each time and ends the one that the browser had', async () => {
    const client = app.anonymous();
    await client.logIn(user.identity.email, user.identity.password);
    const first = client.sessionCookie;
    await client.logIn(user.identity.email, user.identity.password);
    expect(client.sessionCookie).not.toBe(first);
    expect((await app.anonymous().get('/api/auth/session', { headers: { cookie: first ?? '' } })).status).toBe(401);
    expect((await client.get('/api/auth/session')).status).toBe(200);
  });

  it('stores no token, only its hash', async () => {
    const client = app.anonymous();
    await client.logIn(user.identity.email, user.identity.password);
    const token = client.sessionCookie?.split('=')[1] ?? '';
    expect(token).toHaveLength(43);
    const rows: object[] = await app.get(DataSource).query('SELECT s::text FROM auth_session s');
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(token).toString('hex'));
  });

  it('on https sets a Secure cookie with the host prefix, and reads no other', async () => {
    const secure = await startTestApp({ database, env: { ...env, EDE_PUBLIC_URL: 'https://ede.example.com' } });
    try {
      const answer = await logIn(user.identity.email, user.identity.password, secure);
      expect(cookieOf(answer)).toMatch(
        /^__Host-ede_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
      const cookie = cookieOf(answer).split(';', 1)[0] ?? '';
      const read = (value: string): Promise<Answer> =>
        secure.anonymous().get('/api/auth/session', { headers: { cookie: value } });
      expect((await read(cookie)).status).toBe(200);
      expect((await read(cookie.replace('__Host-ede_session', 'ede_session_insecure'))).status).toBe(401);
    } finally {
      await secure.close();
    }
  });

  it.each([
    [{ email: 'a@b.co' }, '/password'],
    [{ email: 5, password: 'x' }, '/email'],
    [{ email: 'a@b.co', password: 'x', remember: true }, '/remember'],
    [{ email: 'a@b.co', password: 'x'.repeat(1025) }, '/password'],
  ])('refuses the body %j', async (body, pointer) => {
    const answer = await app.anonymous().post('/api/auth/login', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input', errors: [{ pointer }] } });
  });
});

describe('a refused sign-in', () => {
  it('looks the same for a wrong password, an unknown, a disabled and a password-less user', async () => {
    const create = async (fields: object): Promise<void> => {
      const answer = await admin.post('/api/users', { name: 'X', memberships: [], ...fields });
      expect(answer.status).toBe(201);
    };
    await create({ email: 'off@example.com', password: 'correct horse battery staple', is_active: false });
    await create({ email: 'bare@example.com' });
    const answers = [
      await logIn(user.identity.email, 'wrong'),
      await logIn('nobody@example.com', 'wrong'),
      await logIn('off@example.com', 'correct horse battery staple'),
      await logIn('bare@example.com', 'anything'),
      await logIn(`${'x'.repeat(900)}@example.com`, 'wrong'),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
      expect(bodyWithoutInstance(answer)).toEqual(bodyWithoutInstance(answers[0] as Answer));
      expect(Object.keys(answer.headers as object)).toEqual(Object.keys(answers[0]?.headers as object));
    }
  });

  it('costs one hash verification, whether the user exists or not', async () => {
    const hasher = app.get(PasswordHasher);
    const verify = hasher.verify.bind(hasher);
    let verified = 0;
    hasher.verify = (stored, password) => {
      verified += 1;
      return verify(stored, password);
    };
    try {
      for (const email of [user.identity.email, 'nobody@example.com', 'off@example.com']) {
        verified = 0;
        await logIn(email, 'wrong');
        expect(verified).toBe(1);
      }
    } finally {
      hasher.verify = verify;
    }
  });

  it('is audited without the password or the address that was tried', async () => {
    await logIn('nobody@example.com', 'my secret guess');
    const [row]: { action: string; row: string }[] = await app
      .get(DataSource)
      .query('SELECT action, e::text AS row FROM audit_event e ORDER BY seq DESC LIMIT 1');
    expect(row?.action).toBe('auth.login_failed');
    expect(row?.row).not.toMatch(/nobody|guess/);
  });
});

describe('the limit of failed sign-ins', () => {
  it('stops an account after ten failures, also for the right password and in another process', async () => {
    const { email, password } = user.identity;
    for (let at = 0; at < 10; at += 1) expect((await logIn(email, 'wrong', at % 2 ? app : other)).status).toBe(401);
    for (const process of [app, other]) {
      const answer = await logIn(email, password, process);
      expect(answer).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
      const wait = Number(answer.headers['retry-after']);
      expect(wait).toBeGreaterThan(0);
      expect(wait).toBeLessThanOrEqual(900);
    }
    expect((await logIn(admin.identity.email, admin.identity.password)).status).toBe(200);
  });

  it('counts guesses one by one when they come at once, and unknown users the same', async () => {
    for (const email of [user.identity.email, 'nobody@example.com']) {
      const answers = await Promise.all(Array.from({ length: 25 }, () => logIn(email, 'wrong')));
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(15);
    }
  });

  it('stops an address that tries many accounts', async () => {
    for (let at = 0; at < 50; at += 1) expect((await logIn(`user${at}@example.net`, 'wrong')).status).toBe(401);
    expect((await logIn('another@example.net', 'wrong')).status).toBe(429);
  });

  it('lets 50 of 200 guesses at 200 accounts through when they come at once, to two processes', async () => {
    const guesses = Array.from({ length: 200 }, (_, at) => logIn(`victim${at}@example.net`, 'x', at % 2 ? app : other));
    const answers = await Promise.all(guesses);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(50);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(150);
  });

  it('does not stop 80 right sign-ins of 80 accounts that come from one address at once, nor counts them', async () => {
    const sql = app.get(DataSource);
    await sql.query(
      `INSERT INTO res_user (id, email, name, password_hash)
       SELECT gen_random_uuid(), 'colleague' || i || '@example.com', 'X', password_hash
       FROM res_user, generate_series(1, 80) i WHERE id = $1`,
      [user.identity.userId],
    );
    const emails = Array.from({ length: 80 }, (_, at) => `colleague${at + 1}@example.com`);
    const answers = await Promise.all(emails.map((email) => logIn(email, user.identity.password)));
    expect(answers.map(({ status }) => status)).toEqual(Array(80).fill(200));
    const left = await sql.query('SELECT * FROM auth_login_limit WHERE failures > 0');
    expect(left).toEqual([]);
  });

  it('begins anew after a success and when its window has passed', async () => {
    const { email, password } = user.identity;
    for (let round = 0; round < 2; round += 1) {
      for (let at = 0; at < 9; at += 1) expect((await logIn(email, 'wrong')).status).toBe(401);
      expect((await logIn(email, password)).status).toBe(200);
    }
    for (let at = 0; at < 11; at += 1) await logIn(email, 'wrong');
    expect((await logIn(email, password)).status).toBe(429);
    await app.get(DataSource).query(`UPDATE auth_login_limit SET expires_at = now() - interval '1 second'`);
    expect((await logIn(email, password)).status).toBe(200);
  });

  it('does not stop 30 right sign-ins that come at once', async () => {
    const { email, password } = user.identity;
    const answers = await Promise.all(Array.from({ length: 30 }, () => logIn(email, password)));
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(200));
  });
});
