import { randomBytes, randomUUID } from 'node:crypto';
import { Controller, Get, Module, Req } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { createApp } from '../../src/app.factory.js';
import { Authenticator, CurrentScope, Public, RequireRole, Scope, SignedIn } from '../../src/core/access/index.js';
import { loadSettings } from '../../src/core/config/index.js';
import { createLogger } from '../../src/core/logging/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { createTestDatabase } from '../support/database.js';

@Controller('doors')
class DoorController {
  constructor(private readonly authenticator: Authenticator) {}

  @Get('public')
  @Public()
  async open(@Req() request: FastifyRequest): Promise<{ known: boolean }> {
    return { known: (await this.authenticator.authenticate(request)) !== null };
  }

  @Get('signed-in')
  @SignedIn()
  signedIn(@CurrentScope() scope: Scope): { organization: string | null } {
    return { organization: scope.organizationId };
  }

  @Get('session')
  @SignedIn({ sessionOnly: true })
  session(): object {
    return {};
  }

  @Get('admin')
  @RequireRole('admin')
  admin(): object {
    return {};
  }

  @Get('admin-scope')
  @RequireRole('admin', { tokenScopes: ['admin', 'send'] })
  adminScope(): object {
    return {};
  }

  @Get('instance')
  @RequireRole('instance_admin')
  instance(): object {
    return {};
  }
}

@Module({ controllers: [DoorController] })
class DoorModule {}

@Controller('forgotten')
class ForgottenController {
  @Get()
  forgotten(): object {
    return {};
  }
}

@Module({ controllers: [ForgottenController] })
class ForgottenModule {}

let app: TestApp;
const callers: Record<string, TestClient> = {};

beforeAll(async () => {
  app = await startTestApp({ imports: [DoorModule] });
  const instanceAdmin = await app.setUp();
  const admin = await app.signIn('Acme', 'admin');
  const bare = await app.signIn('Acme', 'member');
  const disabled = await app.signIn('Acme', 'admin');
  const expired = await app.signIn('Acme', 'admin');
  Object.assign(callers, {
    nobody: app.anonymous(),
    member: await app.signIn('Acme', 'member'),
    admin,
    'instance admin': instanceAdmin,
    'user without membership': bare,
    'disabled user': disabled,
    'expired session': expired,
    'read token': await admin.withToken({ scopes: ['read'] }),
    'write token': await admin.withToken({ scopes: ['write'] }),
    'send token': await admin.withToken({ scopes: ['send'] }),
    'admin token': await admin.withToken({ scopes: ['admin'] }),
    'instance admin token': await instanceAdmin.withToken(),
    'token of a disabled user': await disabled.withToken(),
  });
  await instanceAdmin.put(`/api/users/${bare.identity.userId}`, { memberships: [] });
  await instanceAdmin.put(`/api/users/${disabled.identity.userId}`, { is_active: false });
  await app
    .get(DataSource)
    .query('UPDATE auth_session SET expires_at = now() WHERE user_id = $1', [expired.identity.userId]);
});
afterAll(() => app.close());

const DOORS = ['public', 'signed-in', 'session', 'admin', 'admin-scope', 'instance'];

describe('who passes which door', () => {
  it.each([
    ['nobody', [200, 401, 401, 401, 401, 401]],
    ['disabled user', [200, 401, 401, 401, 401, 401]],
    ['expired session', [200, 401, 401, 401, 401, 401]],
    ['token of a disabled user', [200, 401, 401, 401, 401, 401]],
    ['user without membership', [200, 200, 200, 403, 403, 403]],
    ['member', [200, 200, 200, 403, 403, 403]],
    ['admin', [200, 200, 200, 200, 200, 403]],
    ['instance admin', [200, 200, 200, 200, 200, 200]],
    ['read token', [200, 200, 403, 200, 403, 403]],
    ['write token', [200, 403, 403, 403, 403, 403]],
    ['send token', [200, 403, 403, 403, 200, 403]],
    ['admin token', [200, 403, 403, 403, 200, 403]],
    ['instance admin token', [200, 200, 403, 200, 200, 200]],
  ])('%s', async (name, expected) => {
    const caller = callers[name] as TestClient;
    for (const [at, door] of DOORS.entries()) {
      const answer = await caller.get(`/api/doors/${door}`);
      expect([door, answer.status]).toEqual([door, expected[at]]);
      if (answer.status === 401) expect(answer.body.code).toBe('unauthenticated');
      if (answer.status === 403) expect(answer.body.code).toBe('forbidden');
      expect((await caller.head(`/api/doors/${door}`)).status).toBe(expected[at]);
    }
  });

  it('a public route can learn whether its caller is signed in', async () => {
    const known = async (name: string) => (await (callers[name] as TestClient).get('/api/doors/public')).body.known;
    expect(await known('nobody')).toBe(false);
    expect(await known('expired session')).toBe(false);
    expect(await known('member')).toBe(true);
    expect(await known('write token')).toBe(true);
  });

  it.each(['/api/doors/admin/', '/api//doors/admin', '/api/doors/%61dmin', '/API/doors/admin', '/api/doors/./admin'])(
    'no spelling of a path gets around the guard: %s',
    async (path) => {
      expect([401, 404]).toContain((await app.anonymous().get(path)).status);
    },
  );
});

it('a route without an access decision stops the boot, and is named', async () => {
  const database = await createTestDatabase();
  const settings = loadSettings({ DATABASE_URL: database.url, EDE_MASTER_KEY: randomBytes(32).toString('base64') });
  const nest = await createApp(settings, createLogger('silent'), [ForgottenModule]);
  try {
    await expect(nest.init()).rejects.toThrow('Routes without an access decorator: ForgottenController.forgotten');
  } finally {
    await nest.close();
    await database.drop();
  }
});

describe('a refusal', () => {
  const lastDenial = async () => {
    const rows: Record<string, unknown>[] = await app
      .get(DataSource)
      .query(`SELECT * FROM audit_event WHERE action = 'access.denied' ORDER BY seq DESC LIMIT 1`);
    return rows[0];
  };

  it('by the guard is audited with who, where and from where', async () => {
    const member = callers['member'] as TestClient;
    await member.get('/api/doors/admin?secret=1');
    expect(await lastDenial()).toMatchObject({
      organization_id: member.organizationId,
      actor_kind: 'user',
      actor_user_id: member.identity.userId,
      address: '127.0.0.1',
      facts: { method: 'GET', route: '/api/doors/admin' },
    });
  });

  it('by a service is audited too', async () => {
    const admin = callers['admin'] as TestClient;
    const other = await app.createOrganization('Globex');
    const instanceAdmin = callers['instance admin'] as TestClient;
    await instanceAdmin.put(`/api/organizations/${other}/members/${admin.identity.userId}`, { role: 'member' });
    const answer = await admin.put(`/api/organizations/${other}`, { name: 'Mine' });
    expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    expect(await lastDenial()).toMatchObject({
      actor_user_id: admin.identity.userId,
      facts: { method: 'PUT', route: '/api/organizations/:id' },
    });
  });
});

describe('every route of organizations, users and menus', () => {
  const id = randomUUID();
  const routes: [string, string, object?][] = [
    ['get', '/api/organizations'],
    ['post', '/api/organizations', { name: 'X' }],
    ['get', `/api/organizations/${id}`],
    ['put', `/api/organizations/${id}`, { name: 'X' }],
    ['get', `/api/organizations/${id}/members`],
    ['get', `/api/organizations/${id}/members/${id}`],
    ['put', `/api/organizations/${id}/members/${id}`, { role: 'member' }],
    ['delete', `/api/organizations/${id}/members/${id}`],
    ['get', '/api/users'],
    ['post', '/api/users', { email: 'x@example.com', name: 'X', memberships: [] }],
    ['get', `/api/users/${id}`],
    ['put', `/api/users/${id}`, { name: 'X' }],
    ['get', '/api/menus'],
    ['get', '/api/auth/session'],
    ['put', '/api/auth/session', { organization_id: id }],
    ['post', '/api/auth/logout'],
    ['post', '/api/auth/confirm', { password: 'x' }],
    ['post', '/api/auth/password', { current: 'x', new: 'x'.repeat(12) }],
    ['get', '/api/auth/tokens'],
    ['post', '/api/auth/tokens', { name: 'X' }],
    ['delete', `/api/auth/tokens/${id}`],
  ];

  it.each(['nobody', 'disabled user', 'expired session', 'token of a disabled user'])(
    'is closed to %s',
    async (name) => {
      for (const [method, path, body] of routes) {
        const answer = await (callers[name] as TestClient).request(method, path, body);
        expect([method, path, answer.status, answer.body.code]).toEqual([method, path, 401, 'unauthenticated']);
      }
    },
  );

  it('takes no change from a read token', async () => {
    for (const [method, path, body] of routes.filter(([verb]) => verb !== 'get')) {
      const answer = await (callers['read token'] as TestClient).request(method, path, body);
      expect([method, path, answer.status]).toEqual([method, path, 403]);
    }
  });

  it('takes no change from a member but of his own session and password', async () => {
    for (const [method, path, body] of routes.filter(([verb, to]) => verb !== 'get' && !to.startsWith('/api/auth'))) {
      const answer = await (callers['member'] as TestClient).request(method, path, body);
      expect([method, path, answer.status]).toEqual([method, path, 403]);
    }
  });
});
