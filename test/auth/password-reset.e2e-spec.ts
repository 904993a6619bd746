import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { adminReset } from '../../src/admin-reset.js';
import { auditCommand } from '../../src/audit-command.js';
import { runKeysCommand } from '../../src/keys-command.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.js';

const NEW_PASSWORD = 'wrong horse battery staple';

const env = { EDE_MASTER_KEY: randomBytes(32).toString('base64') };

let database: TestDatabase;
let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp({ database, env });
  admin = await app.setUp();
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

/** What `npm run admin:reset` does, beside the running server. */
const command = (email: string, more: object = {}): Promise<string> =>
  adminReset(email, { DATABASE_URL: database.url, ...env, ...more });
const tokenOf = (text: string): string => /#token=([\w-]{43})\n/.exec(text)?.[1] ?? '';
const reset = (reset_token: string, password = NEW_PASSWORD) =>
  app.anonymous().post('/api/auth/reset', { reset_token, password });

describe('a lost password', () => {
  it('is set by a one-time link, which ends all sessions and signs in', async () => {
    const user = await app.signIn('Acme');
    const text = await command(user.identity.email.toUpperCase(), { EDE_PUBLIC_URL: 'https://ede.example.com' });
    expect(text).toContain('https://ede.example.com/reset#token=');
    expect(text).toContain('curl -X POST https://ede.example.com/api/auth/reset ');

    const client = app.anonymous();
    const answer = await client.post('/api/auth/reset', { reset_token: tokenOf(text), password: NEW_PASSWORD });
    expect(answer).toMatchObject({ status: 200, body: { user: { id: user.identity.userId } } });
    expect((await client.get('/api/auth/session')).body).toEqual(answer.body);
    expect((await user.get('/api/auth/session')).status).toBe(401);
    await app.anonymous().logIn(user.identity.email, NEW_PASSWORD);
  });

  it('leaves an audit row for the link, which nobody gets without it', async () => {
    const user = await app.signIn('Acme');
    const sql = app.get(DataSource);
    const links = async () => sql.query('SELECT * FROM auth_setup_token WHERE user_id = $1', [user.identity.userId]);
    await command(user.identity.email);
    expect(await links()).toHaveLength(1);
    const rows = await sql.query(
      `SELECT * FROM audit_event WHERE action = 'auth.reset_link_issued' AND record_id = $1`,
      [user.identity.userId],
    );
    expect(rows).toMatchObject([
      { organization_id: null, actor_kind: 'system', record_type: 'res.user', result: 'success' },
    ]);
    expect(rows[0].mac).not.toBeNull();

    await sql.query(
      `ALTER TABLE audit_event ADD CONSTRAINT refuse CHECK (action <> 'auth.reset_link_issued') NOT VALID`,
    );
    try {
      await expect(command(user.identity.email)).rejects.toThrow();
      expect(await links()).toHaveLength(1);
    } finally {
      await sql.query('ALTER TABLE audit_event DROP CONSTRAINT refuse');
    }
  });

  it('gives a user without a password his first one', async () => {
    const fields = { email: 'new@example.com', name: 'New', memberships: [] };
    expect((await admin.post('/api/users', fields)).body.has_password).toBe(false);
    expect((await reset(tokenOf(await command('new@example.com')))).status).toBe(200);
  });

  it('needs a link that is right, fresh and unused', async () => {
    const user = await app.signIn('Acme');
    const token = tokenOf(await command(user.identity.email));
    const older = tokenOf(await command(user.identity.email));
    const refused = { status: 401, body: { code: 'invalid_setup_token' } };
    expect(await reset(`${token}x`)).toMatchObject(refused);
    expect((await reset(token)).status).toBe(200);
    expect(await reset(token)).toMatchObject(refused);
    expect(await reset(older)).toMatchObject(refused);

    const expired = tokenOf(await command(user.identity.email));
    await app.get(DataSource).query(`UPDATE auth_setup_token SET expires_at = now()`);
    expect(await reset(expired)).toMatchObject(refused);
  });

  it('is set once when a link is used twice at once', async () => {
    const user = await app.signIn('Acme');
    const token = tokenOf(await command(user.identity.email));
    const answers = await Promise.all(Array.from({ length: 8 }, () => reset(token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(7);
  });

  it('does not open a disabled account', async () => {
    const user = await app.signIn('Acme');
    const token = tokenOf(await command(user.identity.email));
    await admin.put(`/api/users/${user.identity.userId}`, { is_active: false });
    expect((await reset(token)).status).toBe(401);
    await expect(command(user.identity.email)).rejects.toThrow('is disabled');
  });

  it('refuses a bad new password and keeps the link', async () => {
    const user = await app.signIn('Acme');
    const token = tokenOf(await command(user.identity.email));
    expect(await reset(token, 'short')).toMatchObject({ status: 400, body: { errors: [{ pointer: '/password' }] } });
    expect((await reset(token)).status).toBe(200);
  });

  it('cannot be set with a link to the first setup, nor the other way round', async () => {
    const token = tokenOf(await command(admin.identity.email));
    const form = { setup_token: token, email: 'x@example.com', password: NEW_PASSWORD, organization_name: 'X' };
    expect((await app.anonymous().post('/api/setup', form)).body.code).toBe('already_set_up');
  });
});

describe('the command', () => {
  it.each([
    ['an unknown user', 'nobody@example.com', 'There is no user'],
    ['no address', '', 'Usage'],
  ])('says what is wrong: %s', async (_, email, message) => {
    await expect(command(email)).rejects.toThrow(message);
  });

  it('says that the server has never started', async () => {
    const empty = await createEmptyDatabase();
    try {
      await expect(command('a@example.com', { DATABASE_URL: empty.url })).rejects.toThrow('run npm start first');
      const sql = await new DataSource({ type: 'postgres', url: empty.url }).initialize();
      const made = await sql.query(`SELECT FROM pg_tables WHERE schemaname = 'public'`);
      await sql.destroy();
      expect(made).toEqual([]);
    } finally {
      await empty.drop();
    }
  });

  it.each([
    ['admin:reset', () => command(admin.identity.email)],
    ['keys', () => runKeysCommand(['status'], { DATABASE_URL: database.url, ...env }, () => undefined)],
    ['audit', () => auditCommand(['verify'], { DATABASE_URL: database.url, ...env })],
  ])('%s leaves the migrations of a newer version to the server', async (_, run) => {
    const sql = app.get(DataSource);
    const applied = 'SELECT timestamp, name FROM migrations ORDER BY id DESC LIMIT 1';
    const [newest] = await sql.query<{ timestamp: string; name: string }[]>(applied);
    await sql.query('DELETE FROM migrations WHERE name = $1', [newest?.name]);
    try {
      const [older] = await sql.query<object[]>(applied);
      await expect(run()).rejects.toThrow('run npm start first');
      expect(await sql.query(applied)).toEqual([older]);
    } finally {
      await sql.query('INSERT INTO migrations (timestamp, name) VALUES ($1, $2)', [newest?.timestamp, newest?.name]);
    }
  });
});
