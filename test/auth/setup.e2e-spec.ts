import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { SetupService } from '../../src/foundation/auth/index.js';
import { startTestApp, type TestApp, type TestAppOptions } from '../support/app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const PASSWORD = 'correct horse battery staple';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  while (cleanUps.length > 0) await cleanUps.pop()?.();
});

async function start(options?: TestAppOptions): Promise<TestApp> {
  const app = await startTestApp(options);
  cleanUps.push(() => app.close());
  return app;
}

/** A database that several processes use one after the other, or together. */
async function sharedDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  cleanUps.push(() => database.drop());
  return database;
}

const form = (setup_token: string | null, change: object = {}) => {
  return { setup_token, email: 'ada@example.com', password: PASSWORD, organization_name: 'Acme', ...change };
};

describe('the first setup', () => {
  it('makes an instance admin and admin member, signs him in, and is over then', async () => {
    const app = await start();
    const client = app.anonymous();
    expect((await client.get('/api/setup')).body).toEqual({ required: true });

    const answer = await client.post('/api/setup', form(await app.get(SetupService).issueToken()));
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      user: { id: expect.any(String), email: 'ada@example.com', name: 'ada', is_admin: true },
      organizations: [{ id: answer.body.organization_id, name: 'Acme', role: 'admin' }],
      organization_id: expect.any(String),
    });
    expect((await client.get('/api/auth/session')).body).toEqual(answer.body);

    expect((await client.get('/api/setup')).body).toEqual({ required: false });
    expect(await app.get(SetupService).issueToken()).toBeNull();
    const again = await app.anonymous().post('/api/setup', form('anything'));
    expect(again).toMatchObject({ status: 409, body: { code: 'already_set_up' } });
  });

  it('wants the right token, and stores it as a hash only', async () => {
    const app = await start();
    const token = String(await app.get(SetupService).issueToken());
    for (const wrong of ['x', `${token}x`, token.toUpperCase()]) {
      const answer = await app.anonymous().post('/api/setup', form(wrong));
      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_setup_token' } });
    }
    const rows: { token_hash: Buffer }[] = await app.get(DataSource).query('SELECT * FROM auth_setup_token');
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(rows[0]?.token_hash).toHaveLength(32);
    expect((await app.anonymous().post('/api/setup', form(token))).status).toBe(201);
  });

  it('refuses an expired token', async () => {
    const app = await start();
    const token = await app.get(SetupService).issueToken();
    await app.get(DataSource).query(`UPDATE auth_setup_token SET expires_at = now() - interval '1 second'`);
    expect((await app.anonymous().post('/api/setup', form(token))).status).toBe(401);
  });

  const spoiled: [string, object][] = [
    ['/email', { email: 'nobody' }],
    ['/email', { email: `${'a'.repeat(250)}@x.yz` }],
    ['/password', { password: 'x'.repeat(11) }],
    ['/password', { password: 'x'.repeat(129) }],
    ['/organization_name', { organization_name: ' ' }],
    ['/organization_name', { organization_name: 'a\u0007b' }],
    ['/setup_token', { setup_token: null }],
    ['/is_admin', { is_admin: true }],
  ];

  it('refuses a body with a bad field and says where', async () => {
    const app = await start();
    const token = await app.get(SetupService).issueToken();
    for (const [pointer, change] of spoiled) {
      const answer = await app.anonymous().post('/api/setup', form(token, change));
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input', errors: [{ pointer }] } });
    }
    expect((await app.anonymous().get('/api/setup')).body).toEqual({ required: true });
  });

  it('lets one of 20 callers through that come at once, also over two processes', async () => {
    const database = await sharedDatabase();
    const env = { EDE_MASTER_KEY: randomBytes(32).toString('base64') };
    const app = await start({ database, env });
    const other = await start({ database, env });
    const tokens = [await app.get(SetupService).issueToken(), await other.get(SetupService).issueToken()];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => {
        const client = (at % 2 ? app : other).anonymous();
        return client.post('/api/setup', form(tokens[at % 2] ?? null, { email: `user${at}@example.com` }));
      }),
    );
    const rows = (sql: string): Promise<object[]> => app.get(DataSource).query(sql);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(19);
    for (const answer of refused) expect(answer).toMatchObject({ status: 409, body: { code: 'already_set_up' } });
    expect(await rows('SELECT 1 FROM res_user')).toHaveLength(1);
    expect(await rows('SELECT 1 FROM res_organization')).toHaveLength(1);
    expect(await rows('SELECT 1 FROM auth_setup_token')).toHaveLength(0);
  });
});

describe('a headless first start', () => {
  const env = {
    EDE_ADMIN_EMAIL: 'root@example.com',
    EDE_ADMIN_PASSWORD: PASSWORD,
    EDE_ORGANIZATION: 'Headless',
    EDE_MASTER_KEY: randomBytes(32).toString('base64'),
  };

  it('makes the admin and the organization from the settings, once', async () => {
    const database = await sharedDatabase();
    await Promise.all([start({ database, env }), start({ database, env })]);

    const app = await start({ database, env: { ...env, EDE_ADMIN_PASSWORD: 'another password' } });
    const client = app.anonymous();
    await client.logIn('root@example.com', PASSWORD);
    const session = (await client.get('/api/auth/session')).body;
    expect(session).toMatchObject({ user: { is_admin: true }, organizations: [{ name: 'Headless', role: 'admin' }] });
    expect((await client.get('/api/users')).body.items).toHaveLength(1);
    expect((await client.get('/api/setup')).body).toEqual({ required: false });
    expect(app.log.join()).not.toContain(PASSWORD);
  });
});
