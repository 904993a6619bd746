import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { KeyRing } from '../../src/core/crypto/index.js';
import { AuditLog } from '../../src/core/ports/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';

let app: TestApp;
let instanceAdmin: TestClient;
let admin: TestClient;
let member: TestClient;
let foreign: string;

beforeAll(async () => {
  app = await startTestApp();
  instanceAdmin = await app.setUp('First');
  admin = await app.signIn('Acme', 'admin');
  member = await app.signIn('Acme', 'member');
  foreign = await app.createOrganization('Globex');
});
afterAll(() => app.close());

const sql = <Row>(text: string, values: unknown[] = []): Promise<Row[]> => app.get(DataSource).query(text, values);
const withoutInstance = (answer: Answer): object => ({ ...answer.body, instance: null });
const idsOf = (answer: Answer): string[] => (answer.body.items as { id: string }[]).map(({ id }) => id);

describe('creating an organization', () => {
  it('makes its data key with it, and a slug from its name', async () => {
    const answer = await instanceAdmin.post('/api/organizations', { name: 'Größe & Co.' });
    expect(answer).toMatchObject({ status: 201, body: { name: 'Größe & Co.', slug: 'grosse-co' } });
    const { id } = answer.body as { id: string };
    const ring = app.get(KeyRing);
    expect(await ring.decrypt(id, ['x'], await ring.encrypt(id, ['x'], 'secret'))).toBe('secret');
    expect((await instanceAdmin.get(`/api/organizations/${id}`)).body).toEqual(answer.body);
  });

  it('gives names that are alike different slugs, but a slug that was asked for only once', async () => {
    const create = (fields: object) => instanceAdmin.post('/api/organizations', { name: 'Twin', ...fields });
    const [first, second] = [await create({}), await create({})];
    expect(first.body.slug).toBe('twin');
    expect(second.body.slug).toMatch(/^twin-[0-9a-f]{6}$/);
    expect(await create({ slug: 'twin' })).toMatchObject({ status: 409, body: { code: 'slug_taken' } });
    const answers = await Promise.all(Array.from({ length: 5 }, () => create({ slug: 'contested' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  });

  it('is refused as a whole when its audit row cannot be written', async () => {
    const audit = app.get(AuditLog);
    const write = audit.write.bind(audit);
    audit.write = () => Promise.reject(new Error('audit is away'));
    try {
      expect((await instanceAdmin.post('/api/organizations', { name: 'Unaudited' })).status).toBe(500);
    } finally {
      audit.write = write;
    }
    expect(await sql(`SELECT 1 FROM res_organization WHERE name = 'Unaudited'`)).toEqual([]);
  });

  it('honours an idempotency key', async () => {
    const create = () =>
      instanceAdmin.post('/api/organizations', { name: 'Once' }, { headers: { 'idempotency-key': 'once-1' } });
    const [first, second] = [await create(), await create()];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
  });

  it.each([
    ['/name', {}],
    ['/name', { name: '' }],
    ['/name', { name: '\t' }],
    ['/name', { name: 'x'.repeat(256) }],
    ['/slug', { name: 'X', slug: 'Not A Slug' }],
    ['/slug', { name: 'X', slug: 'a--b' }],
    ['/slug', { name: 'X', slug: 'x'.repeat(64) }],
    ['/slug', { name: 'X', slug: null }],
    ['/id', { name: 'X', id: randomUUID() }],
  ])('refuses a bad %s (%j)', async (pointer, body) => {
    const answer = await instanceAdmin.post('/api/organizations', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(answer.body.errors[0].pointer).toBe(pointer);
  });

  it('is for instance admins, and for tokens with the scope admin', async () => {
    expect((await admin.post('/api/organizations', { name: 'Mine' })).status).toBe(403);
    const body = { name: 'By token' };
    const token = (scopes: string[]) => instanceAdmin.withToken({ scopes });
    expect((await (await token(['read', 'write'])).post('/api/organizations', body)).status).toBe(403);
    expect((await (await token(['admin'])).post('/api/organizations', body)).status).toBe(201);
  });
});

describe('reading organizations', () => {
  it('shows those of the caller, newest first; all to an instance admin', async () => {
    expect(idsOf(await member.get('/api/organizations'))).toEqual([member.organizationId]);
    const all = idsOf(await instanceAdmin.get('/api/organizations?limit=200'));
    expect(all).toEqual(expect.arrayContaining([foreign, member.organizationId, instanceAdmin.organizationId]));
    expect(all.at(-1)).toBe(instanceAdmin.organizationId);
  });

  it('pages through all without a gap or a repetition', async () => {
    const all = idsOf(await instanceAdmin.get('/api/organizations?limit=200'));
    const paged: string[] = [];
    let cursor = '';
    do {
      const page = await instanceAdmin.get(`/api/organizations?limit=2${cursor}`);
      paged.push(...idsOf(page));
      cursor = page.body.next_cursor ? `&cursor=${page.body.next_cursor}` : '';
    } while (cursor);
    expect(all.length).toBeGreaterThan(4);
    expect(paged).toEqual(all);
  });

  it('refuses the cursor of another list', async () => {
    const { next_cursor } = (await instanceAdmin.get('/api/organizations?limit=1')).body;
    const answer = await instanceAdmin.get(`/api/users?cursor=${next_cursor}`);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ code: 'invalid_cursor' }] } });
  });

  it('answers a foreign id like an unknown one', async () => {
    const [one, other] = [
      await member.get(`/api/organizations/${foreign}`),
      await member.get(`/api/organizations/${randomUUID()}`),
    ];
    expect(one).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(withoutInstance(one)).toEqual(withoutInstance(other));
    expect((await instanceAdmin.get(`/api/organizations/${randomUUID()}`)).status).toBe(404);
    expect((await member.get('/api/organizations/x')).body.code).toBe('invalid_id');
  });
});

describe('renaming an organization', () => {
  it('is for its admins, sets the given fields, and is audited by their names', async () => {
    const path = `/api/organizations/${admin.organizationId}`;
    const answer = await admin.put(path, { name: 'Acme AG' });
    expect(answer).toMatchObject({ status: 200, body: { name: 'Acme AG', slug: 'acme' } });
    expect((await member.put(path, { name: 'Mine' })).status).toBe(403);
    const [row] = await sql<{ changed_keys: string[]; organization_id: string }>(
      `SELECT * FROM audit_event WHERE action = 'organization.updated' ORDER BY seq DESC LIMIT 1`,
    );
    expect(row).toMatchObject({ organization_id: admin.organizationId, changed_keys: ['name'] });
    expect((await admin.put(path, { name: 'Acme AG' })).body).toEqual(answer.body);
    expect(await sql(`SELECT 1 FROM audit_event WHERE action = 'organization.updated'`)).toHaveLength(1);
    await admin.put(path, { name: 'Acme' });
  });

  it('refuses a slug that another has, also of two at once, and foreign ids', async () => {
    const put = (id: string, body: object) => instanceAdmin.put(`/api/organizations/${id}`, body);
    expect(await put(foreign, { slug: 'acme' })).toMatchObject({ status: 409, body: { code: 'slug_taken' } });
    const answers = await Promise.all([
      put(foreign, { slug: 'wanted' }),
      put(instanceAdmin.organizationId, { slug: 'wanted' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await admin.put(`/api/organizations/${foreign}`, { name: 'Mine' })).status).toBe(404);
    expect((await put(randomUUID(), { name: 'X' })).status).toBe(404);
  });
});

describe('members', () => {
  const path = (organization: string, user = '') =>
    `/api/organizations/${organization}/members${user ? `/${user}` : ''}`;

  it('are listed newest first to every member, page by page', async () => {
    const first = await member.get(`${path(member.organizationId)}?limit=1`);
    expect(first.body.items).toEqual([
      {
        user_id: member.identity.userId,
        email: member.identity.email,
        name: member.identity.email,
        is_active: true,
        role: 'member',
        created_at: expect.any(String),
      },
    ]);
    const second = await member.get(`${path(member.organizationId)}?limit=1&cursor=${first.body.next_cursor}`);
    expect(second.body).toMatchObject({
      items: [{ user_id: admin.identity.userId, role: 'admin' }],
      next_cursor: null,
    });
    const one = await member.get(path(member.organizationId, admin.identity.userId));
    expect(one).toMatchObject({ status: 200, body: { role: 'admin' } });
  });

  it('are added, given another role and removed by an admin, at once', async () => {
    const user = await app.signIn('Elsewhere');
    const home = path(admin.organizationId, user.identity.userId);
    const organization = `/api/organizations/${admin.organizationId}`;
    expect((await user.get(organization)).status).toBe(404);
    expect(await admin.put(home, { role: 'member' })).toMatchObject({ status: 200, body: { role: 'member' } });
    expect((await user.get(organization)).status).toBe(200);
    expect((await user.put(organization, { name: 'Acme' })).status).toBe(403);
    expect((await admin.put(home, { role: 'admin' })).body.role).toBe('admin');
    expect((await user.put(organization, { name: 'Acme' })).status).toBe(200);
    expect((await admin.delete(home)).status).toBe(204);
    expect((await user.get(organization)).status).toBe(404);
    expect((await admin.delete(home)).status).toBe(404);
    const rows = await sql<{ action: string }>(
      `SELECT action FROM audit_event WHERE record_id = $1 AND organization_id = $2 ORDER BY seq`,
      [user.identity.userId, admin.organizationId],
    );
    expect(rows.map(({ action }) => action)).toEqual(['member.added', 'member.updated', 'member.removed']);
  });

  it('of a foreign or unknown organization are 404 with one body, whatever is asked', async () => {
    const requests: [string, string, object?][] = [
      ['get', ''],
      ['get', member.identity.userId],
      ['put', member.identity.userId, { role: 'admin' }],
      ['delete', member.identity.userId],
    ];
    for (const [method, user, body] of requests) {
      const [one, other] = [
        await admin.request(method, path(foreign, user), body),
        await admin.request(method, path(randomUUID(), user), body),
      ];
      expect(one).toMatchObject({ status: 404, body: { code: 'not_found' } });
      expect(withoutInstance(one)).toEqual(withoutInstance(other));
      expect((await instanceAdmin.request(method, path(randomUUID(), user), body)).status).toBe(404);
    }
  });

  it('must be users, with a role that exists', async () => {
    const unknown = path(admin.organizationId, randomUUID());
    expect((await admin.put(unknown, { role: 'member' })).status).toBe(404);
    expect((await admin.get(unknown)).status).toBe(404);
    const known = path(admin.organizationId, member.identity.userId);
    for (const body of [{}, { role: 'owner' }, { role: null }, { role: 'member', since: 'x' }]) {
      expect((await admin.put(known, body)).status).toBe(400);
    }
  });

  it('are not managed by a member, nor by a token without the scope admin', async () => {
    const mine = path(member.organizationId, member.identity.userId);
    expect((await member.put(mine, { role: 'admin' })).status).toBe(403);
    expect((await member.delete(mine)).status).toBe(403);
    const writer = await admin.withToken({ scopes: ['read', 'write', 'send'] });
    expect((await writer.put(mine, { role: 'admin' })).status).toBe(403);
    expect((await (await admin.withToken({ scopes: ['admin'] })).put(mine, { role: 'member' })).status).toBe(200);
  });
});
