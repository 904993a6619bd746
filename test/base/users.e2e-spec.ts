import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';

const PASSWORD = 'correct horse battery staple';

let app: TestApp;
let root: TestClient;
let acme: string;
let globex: string;
let count = 0;

beforeAll(async () => {
  app = await startTestApp();
  root = await app.setUp();
  acme = await app.createOrganization('Acme');
  globex = await app.createOrganization('Globex');
});
afterAll(() => app.close());

const fields = (change: object = {}): { email: string } => {
  return { email: `u${(count += 1)}@example.org`, name: 'Ada', memberships: [], ...change } as { email: string };
};
const create = (change: object = {}) => root.post('/api/users', fields(change));
const path = (user: { body: { id: string } }): string => `/api/users/${user.body.id}`;

describe('creating a user', () => {
  it('answers him without his password, and he can sign in', async () => {
    const body = fields({ password: PASSWORD, memberships: [{ organization_id: acme, role: 'member' }] });
    const answer = await root.post('/api/users', body);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.any(String),
      email: body.email,
      name: 'Ada',
      is_admin: false,
      is_active: true,
      has_password: true,
      memberships: [{ organization_id: acme, role: 'member' }],
      created_at: expect.any(String),
      updated_at: expect.any(String),
    });
    expect((await root.get(path(answer))).body).toEqual(answer.body);
    expect((await root.get('/api/users?limit=1')).body.items).toEqual([answer.body]);
    await app.anonymous().logIn(body.email, PASSWORD);
  });

  it('takes an email address once, in any case of its letters, also from many at once', async () => {
    const { email } = (await create()).body as { email: string };
    expect(await create({ email: email.toUpperCase() })).toMatchObject({ status: 409, body: { code: 'email_taken' } });
    const answers = await Promise.all(
      ['x@example.org', 'X@example.org', 'x@Example.org'].map((each) => create({ email: each })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it('makes nothing when one of the organizations is unknown', async () => {
    const email = 'nowhere@example.org';
    const memberships = [acme, randomUUID()].map((organization_id) => ({ organization_id, role: 'member' }));
    expect(await create({ email, memberships })).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await app.get(DataSource).query('SELECT 1 FROM res_user WHERE email = $1', [email])).toEqual([]);
  });

  it.each([
    ['/email', { email: 'x' }],
    ['/email', { email: 'a b@c.de' }],
    ['/email', { email: 'a@b.co\r\nBcc: x@y.zz' }],
    ['/name', { name: '' }],
    ['/password', { password: 'short' }],
    ['/password', { password: null }],
    ['/is_admin', { is_admin: 'yes' }],
    ['/is_active', { is_active: null }],
    ['/memberships', { memberships: undefined }],
    ['/memberships', { memberships: null }],
    ['/memberships', { memberships: {} }],
    ['/memberships/0/role', { memberships: [{ organization_id: randomUUID(), role: 'owner' }] }],
    ['/memberships/0/organization_id', { memberships: [{ organization_id: 'x', role: 'member' }] }],
    ['/memberships/0/since', { memberships: [{ organization_id: randomUUID(), role: 'member', since: 1 }] }],
    ['/session_epoch', { session_epoch: 5 }],
    ['/password_hash', { password_hash: 'x' }],
  ])('refuses a bad %s', async (pointer, change) => {
    const answer = await create(change);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(answer.body.errors.map((issue: { pointer: string }) => issue.pointer)).toContain(pointer);
  });

  it('refuses memberships that name an organization twice, and entries that are no objects', async () => {
    const twice = [acme, acme.toUpperCase()].map((organization_id) => ({ organization_id, role: 'member' }));
    expect((await create({ memberships: twice })).status).toBe(400);
    for (const entry of [null, 5, 'x', []]) expect((await create({ memberships: [entry] })).status).toBe(400);
  });

  it('honours an idempotency key', async () => {
    const body = fields();
    const post = () => root.post('/api/users', body, { headers: { 'idempotency-key': 'user-1' } });
    const [first, second] = [await post(), await post()];
    expect(second).toMatchObject({ status: 201, body: first.body });
  });
});

describe('changing a user', () => {
  it('sets the given fields only, and audits their names', async () => {
    const user = await create({ memberships: [{ organization_id: acme, role: 'admin' }] });
    const answer = await root.put(path(user), { name: 'Grace' });
    expect(answer.body).toEqual({ ...user.body, name: 'Grace', updated_at: answer.body.updated_at });
    const [row]: { changed_keys: string[] }[] = await app
      .get(DataSource)
      .query(`SELECT changed_keys FROM audit_event WHERE record_id = $1 ORDER BY seq DESC LIMIT 1`, [user.body.id]);
    expect(row?.changed_keys).toEqual(['name']);
    expect((await root.put(path(user), {})).body).toEqual(answer.body);
  });

  it('takes memberships as the whole list', async () => {
    const user = await create({ memberships: [{ organization_id: acme, role: 'admin' }] });
    const put = (memberships: object[]) => root.put(path(user), { memberships });
    const both = await put([
      { organization_id: acme, role: 'member' },
      { organization_id: globex, role: 'admin' },
    ]);
    expect(both.body.memberships).toEqual([
      { organization_id: acme, role: 'member' },
      { organization_id: globex, role: 'admin' },
    ]);
    expect((await put([{ organization_id: globex, role: 'admin' }])).body.memberships).toHaveLength(1);
    expect((await put([{ organization_id: randomUUID(), role: 'admin' }])).status).toBe(404);
    expect((await root.get(path(user))).body.memberships).toEqual([{ organization_id: globex, role: 'admin' }]);
  });

  it('by a token shows and changes memberships of its own organization only', async () => {
    const user = await create({
      memberships: [
        { organization_id: acme, role: 'admin' },
        { organization_id: globex, role: 'admin' },
      ],
    });
    const token = await root.withToken({ organization_id: acme });
    expect((await token.get(path(user))).body.memberships).toEqual([{ organization_id: acme, role: 'admin' }]);
    const grab = { memberships: [{ organization_id: globex, role: 'member' }] };
    expect(await token.put(path(user), grab)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect((await token.put(path(user), { memberships: [] })).body.memberships).toEqual([]);
    expect((await root.get(path(user))).body.memberships).toEqual([{ organization_id: globex, role: 'admin' }]);
  });

  it('refuses an email address that another user has', async () => {
    const [user, other] = [await create(), await create()];
    expect(await root.put(path(user), { email: other.body.email })).toMatchObject({
      status: 409,
      body: { code: 'email_taken' },
    });
    expect((await root.put(path(user), { email: user.body.email.toUpperCase() })).status).toBe(200);
  });

  it.each([{ email: null }, { name: null }, { password: null }, { memberships: null }, { id: randomUUID() }])(
    'refuses %j',
    async (body) => {
      expect((await root.put(path(await create()), body)).status).toBe(400);
    },
  );

  it('never leaves the instance without an active admin, also when two switch each other off at once', async () => {
    const self = `/api/users/${root.identity.userId}`;
    for (const body of [{ is_admin: false }, { is_active: false }]) {
      expect(await root.put(self, body)).toMatchObject({ status: 409, body: { code: 'last_instance_admin' } });
    }
    for (let round = 0; round < 5; round += 1) {
      const second = await create({ password: PASSWORD, is_admin: true });
      const rival = app.anonymous();
      await rival.logIn(second.body.email, PASSWORD);
      await Promise.all([root.put(path(second), { is_admin: false }), rival.put(self, { is_admin: false })]);
      const admins = await app.get(DataSource).query<object[]>('SELECT 1 FROM res_user WHERE is_admin AND is_active');
      expect(admins).toHaveLength(1);
      await app.get(DataSource).query('UPDATE res_user SET is_admin = (id = $1)', [root.identity.userId]);
    }
  });
});

it('users are for instance admins', async () => {
  const admin = await app.signIn('Acme', 'admin');
  const requests: [string, string, object?][] = [
    ['get', '/api/users'],
    ['post', '/api/users', fields()],
    ['get', `/api/users/${admin.identity.userId}`],
    ['put', `/api/users/${admin.identity.userId}`, { is_admin: true }],
  ];
  for (const [method, to, body] of requests) {
    expect(await admin.request(method, to, body)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  }
  const reader = await root.withToken({ scopes: ['read', 'write'] });
  for (const path of ['/api/users', `/api/users/${root.identity.userId}`])
    expect((await reader.get(path)).status).toBe(403);
  const manager = await root.withToken({ scopes: ['admin'] });
  expect((await manager.get('/api/users')).status).toBe(200);
  expect((await reader.post('/api/users', fields())).status).toBe(403);
});

it('an unknown user is 404, a malformed id 400', async () => {
  expect(await root.get(`/api/users/${randomUUID()}`)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect((await root.put(`/api/users/${randomUUID()}`, { name: 'X' })).status).toBe(404);
  expect((await root.get('/api/users/1')).body.code).toBe('invalid_id');
});
