import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import { TestClient } from '../support/client.js';

let app: TestApp;
let instanceAdmin: TestClient;
let admin: TestClient;
let member: TestClient;

beforeAll(async () => {
  app = await startTestApp();
  instanceAdmin = await app.setUp();
  admin = await app.signIn('Acme', 'admin');
  member = await app.signIn('Acme', 'member');
});
afterAll(() => app.close());

const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> => app.get(DataSource).query(text, values);
const bearer = (token: string): TestClient => new TestClient(app.url, token);
const create = (client: TestClient, fields: object = {}) =>
  client.post('/api/auth/tokens', { name: 'Import', ...fields });

describe('an API token', () => {
  it('is told once, stored as a hash, and acts for its user', async () => {
    const answer = await create(admin, { expires_at: '2126-01-01T00:00:00+01:00' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.any(String),
      name: 'Import',
      token: expect.stringMatching(/^ede_[\w-]{43}$/),
      scopes: ['read', 'write', 'send', 'admin'],
      organization_id: admin.organizationId,
      expires_at: '2125-12-31T23:00:00.000Z',
      last_used_at: null,
      created_at: expect.any(String),
    });
    const { token, ...rest } = answer.body as { id: string; token: string };
    expect((await bearer(token).get('/api/auth/session')).body).toMatchObject({
      user: { id: admin.identity.userId },
      organization_id: admin.organizationId,
    });
    const listed = (await admin.get('/api/auth/tokens')).body.items as { id: string }[];
    expect(listed).toContainEqual({ ...rest, last_used_at: expect.any(String) });
    expect(JSON.stringify(listed)).not.toContain(token);
    expect(JSON.stringify(await sql('SELECT t::text FROM auth_token t'))).not.toContain(token);
    expect(JSON.stringify(await sql('SELECT e::text FROM audit_event e'))).not.toContain(token);
    expect(app.log.join()).not.toContain(token);
  });

  it('is listed by pages, and to its owner only', async () => {
    const owner = await app.signIn('Acme', 'admin');
    const ids: string[] = [];
    for (let at = 0; at < 3; at += 1) ids.unshift(((await create(owner)).body as { id: string }).id);
    const first = (await owner.get('/api/auth/tokens?limit=2')).body;
    const second = (await owner.get(`/api/auth/tokens?limit=2&cursor=${first.next_cursor}`)).body;
    const listed = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
    expect(listed).toEqual(ids);
    expect(second.next_cursor).toBeNull();
    expect((await member.get('/api/auth/tokens')).body.items).toEqual([]);
    expect((await owner.get('/api/auth/tokens?cursor=x')).status).toBe(400);
  });

  it('stops working at once when it is revoked, which only its owner may do', async () => {
    const { id, token } = (await create(admin)).body as { id: string; token: string };
    for (const [client, path] of [
      [member, id],
      [instanceAdmin, id],
      [admin, randomUUID()],
    ] as const) {
      const answer = await client.delete(`/api/auth/tokens/${path}`);
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    expect((await bearer(token).get('/api/auth/session')).status).toBe(200);
    expect((await admin.delete(`/api/auth/tokens/${id}`)).status).toBe(204);
    expect((await bearer(token).get('/api/auth/session')).status).toBe(401);
    expect((await admin.delete(`/api/auth/tokens/${id}`)).status).toBe(404);
    expect((await admin.delete('/api/auth/tokens/x')).body.code).toBe('invalid_id');
  });

  it('stops working at its expiry, with its user, and with his membership', async () => {
    const user = await app.signIn('Acme', 'admin');
    const works = async (token: string) => (await bearer(token).get('/api/auth/session')).status === 200;
    const { token, id } = (await create(user)).body as { token: string; id: string };
    await sql('UPDATE auth_token SET expires_at = now() WHERE id = $1', [id]);
    expect(await works(token)).toBe(false);
    await sql('UPDATE auth_token SET expires_at = NULL WHERE id = $1', [id]);
    expect(await works(token)).toBe(true);

    const account = `/api/users/${user.identity.userId}`;
    await instanceAdmin.put(account, { is_active: false });
    expect(await works(token)).toBe(false);
    await instanceAdmin.put(account, { is_active: true });
    expect(await works(token)).toBe(false);

    await user.logIn(user.identity.email, user.identity.password);
    const { token: later } = (await create(user)).body as { token: string };
    expect(await works(later)).toBe(true);
    await instanceAdmin.put(account, { memberships: [] });
    expect(await works(later)).toBe(false);
  });

  it('never exceeds the present role of its user', async () => {
    const user = await app.signIn('Acme', 'admin');
    const token = await user.withToken({ scopes: ['admin'] });
    const rename = () => token.put(`/api/organizations/${user.organizationId}`, { name: 'Acme' });
    expect((await rename()).status).toBe(200);
    await instanceAdmin.put(`/api/organizations/${user.organizationId}/members/${user.identity.userId}`, {
      role: 'member',
    });
    expect((await rename()).status).toBe(403);
  });

  it('reaches its own organization only, also for an instance admin', async () => {
    const other = await app.createOrganization('Globex');
    await instanceAdmin.put(`/api/organizations/${other}/members/${admin.identity.userId}`, { role: 'admin' });
    for (const [client, home] of [
      [admin, admin.organizationId],
      [instanceAdmin, instanceAdmin.organizationId],
    ] as const) {
      const token = await client.withToken({ organization_id: home });
      const ids = ((await token.get('/api/organizations')).body.items as { id: string }[]).map(({ id }) => id);
      expect(ids).toEqual([home]);
      expect((await client.get(`/api/organizations/${other}`)).status).toBe(200);
      for (const [method, path, body] of [
        ['get', `/api/organizations/${other}`, undefined],
        ['put', `/api/organizations/${other}`, { name: 'Mine' }],
        ['get', `/api/organizations/${other}/members`, undefined],
        ['put', `/api/organizations/${other}/members/${admin.identity.userId}`, { role: 'member' }],
      ] as const) {
        const answer = await token.request(method, path, body);
        expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
      }
      expect((await token.get('/api/auth/session')).body.organizations).toHaveLength(1);
    }
  });

  it('notes its use at most once a minute', async () => {
    const { id, token } = (await create(admin)).body as { id: string; token: string };
    const lastUse = async () =>
      (await sql<{ at: Date }>('SELECT last_used_at AS at FROM auth_token WHERE id = $1', [id]))[0]?.at;
    await bearer(token).get('/api/auth/session');
    const first = await lastUse();
    await bearer(token).get('/api/auth/session');
    expect(await lastUse()).toEqual(first);
    await sql(`UPDATE auth_token SET last_used_at = now() - interval '61 seconds' WHERE id = $1`, [id]);
    const old = await lastUse();
    await bearer(token).get('/api/auth/session');
    expect((await lastUse())?.getTime()).toBeGreaterThan(old?.getTime() ?? Infinity);
  });

  it.each(['Bearer', 'Bearer ', 'Bearer a b', 'Basic YTpi', 'ede_x', 'Bearer x'])(
    'is not the one of "%s", even beside a good cookie',
    async (authorization) => {
      expect((await admin.get('/api/auth/session', { headers: { authorization } })).status).toBe(401);
    },
  );
});

describe('creating a token', () => {
  it('gives a member no more than reading', async () => {
    expect((await create(member)).body.scopes).toEqual(['read']);
    for (const scope of ['write', 'send', 'admin', 'secrets:read']) {
      const answer = await create(member, { scopes: ['read', scope] });
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
  });

  it('with secrets:read needs an admin of that very organization who has just confirmed', async () => {
    const wanted = { scopes: ['secrets:read'] };
    expect(await create(admin, wanted)).toMatchObject({ status: 403, body: { code: 'confirmation_required' } });
    await admin.confirm();
    expect((await create(admin, wanted)).body.scopes).toEqual(['secrets:read']);
    await sql(`UPDATE auth_session SET confirmed_until = now() - interval '1 second' WHERE user_id = $1`, [
      admin.identity.userId,
    ]);
    expect((await create(admin, wanted)).body.code).toBe('confirmation_required');

    await instanceAdmin.confirm();
    const foreign = await create(instanceAdmin, { ...wanted, organization_id: admin.organizationId });
    expect(foreign).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect((await create(instanceAdmin, wanted)).status).toBe(201);
    await member.confirm();
    expect((await create(member, wanted)).body.code).toBe('forbidden');
  });

  it('for a foreign or unknown organization is 404', async () => {
    const foreign = await app.createOrganization('Foreign');
    for (const organization_id of [foreign, randomUUID()]) {
      expect(await create(admin, { organization_id })).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    expect((await create(instanceAdmin, { organization_id: foreign })).status).toBe(201);
    expect((await create(instanceAdmin, { organization_id: randomUUID() })).status).toBe(404);
  });

  it('refuses an expiry that is not in the future', async () => {
    expect(await create(admin, { expires_at: '2020-01-01T00:00:00Z' })).toMatchObject({
      status: 422,
      body: { code: 'expires_in_past', errors: [{ pointer: '/expires_at' }] },
    });
  });

  it.each([
    ['/name', { name: '' }],
    ['/name', { name: 'x'.repeat(256) }],
    ['/scopes', { scopes: [] }],
    ['/scopes', { scopes: ['read', 'read'] }],
    ['/scopes', { scopes: ['root'] }],
    ['/scopes', { scopes: 'read' }],
    ['/organization_id', { organization_id: 'x' }],
    ['/expires_at', { expires_at: 'tomorrow' }],
    ['/expires_at', { expires_at: '2126-02-30T00:00:00Z' }],
    ['/expires_at', { expires_at: 99 }],
    ['/token', { token: 'ede_mine' }],
  ])('refuses a bad %s', async (pointer, fields) => {
    const answer = await create(admin, fields);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(answer.body.errors[0].pointer).toBe(pointer);
  });

  it('needs an organization from a user who is in none', async () => {
    const user = await app.signIn('Acme');
    await instanceAdmin.put(`/api/users/${user.identity.userId}`, { memberships: [] });
    expect(await create(user)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/organization_id' }] } });
  });
});

it('tokens, confirmation, password, sign-out and the choice of organization take a session only', async () => {
  const token = await admin.withToken({ scopes: ['read', 'write', 'send', 'admin'] });
  for (const [method, path, body] of [
    ['get', '/api/auth/tokens', undefined],
    ['post', '/api/auth/tokens', { name: 'More' }],
    ['delete', `/api/auth/tokens/${randomUUID()}`, undefined],
    ['post', '/api/auth/confirm', { password: admin.identity.password }],
    ['post', '/api/auth/password', { current: admin.identity.password, new: 'x'.repeat(20) }],
    ['post', '/api/auth/logout', undefined],
    ['put', '/api/auth/session', { organization_id: admin.organizationId }],
  ] as const) {
    const answer = await token.request(method, path, body);
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  }
});
