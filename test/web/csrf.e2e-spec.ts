import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { sendBytes } from './wire.js';

const REFUSED = { status: 403, body: { code: 'csrf_refused' } };

let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  app = await startTestApp();
  admin = await app.setUp();
});
afterAll(() => app.close());

/** A change that a session may make; the name tells afterwards whether it was made. */
const rename = (client: TestClient, name: string, headers: Record<string, string>) =>
  client.put(`/api/organizations/${admin.organizationId}`, { name }, { headers });
const nameNow = async () => (await admin.get(`/api/organizations/${admin.organizationId}`)).body.name as string;

describe('a change in a browser session', () => {
  it.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'anything' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://localhost' }],
    [{ 'sec-fetch-site': 'cross-site', origin: 'SELF' }],
  ])('is refused with %j, and nothing changes', async (headers) => {
    const before = await nameNow();
    const sent = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('SELF', app.url)]),
    );
    expect(await rename(admin, 'Changed by a stranger', sent)).toMatchObject(REFUSED);
    expect(await nameNow()).toBe(before);
  });

  it.each([
    [{}],
    [{ 'sec-fetch-site': 'same-origin' }],
    [{ 'sec-fetch-site': 'none' }],
    [{ origin: 'SELF' }],
    [{ 'sec-fetch-site': 'same-origin', origin: 'https://told.by.the.browser.to.be.ours' }],
  ])('passes with %j', async (headers) => {
    const sent = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('SELF', app.url)]),
    );
    expect((await rename(admin, 'First', sent)).status).toBe(200);
  });

  it.each(['post', 'put', 'patch', 'delete'])('is judged before the route: %s', async (method) => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect(await admin.request(method, '/api/nowhere', {}, { headers })).toMatchObject(REFUSED);
  });
});

it('lets reading pass', async () => {
  const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
  expect((await admin.get('/api/auth/session', { headers })).status).toBe(200);
  expect((await admin.head('/api/auth/session', { headers })).status).toBe(200);
});

it('does not ask a token client for its origin', async () => {
  const client = await admin.withToken();
  expect((await rename(client, 'First', { origin: 'https://elsewhere.example' })).status).toBe(200);
});

describe('making a session', () => {
  const { email, password } = { email: 'admin@example.com', password: 'wrong horse battery staple' };

  it.each(['/api/auth/login', '/api/setup', '/api/auth/reset'])('is refused to a foreign page: %s', async (path) => {
    const stranger = app.anonymous();
    expect(await stranger.post(path, {}, { headers: { 'sec-fetch-site': 'cross-site' } })).toMatchObject(REFUSED);
    expect(await stranger.post(path, {}, { headers: { origin: 'https://evil.example' } })).toMatchObject(REFUSED);
    expect(stranger.sessionCookie).toBeNull();
  });

  it('is refused however the path is written', async () => {
    const body = JSON.stringify({ email, password });
    const lines = [
      'POST /api/auth/%6cogin?x=1 HTTP/1.1',
      `Host: 127.0.0.1:${app.port}`,
      'Sec-Fetch-Site: cross-site',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Connection: close',
    ];
    expect((await sendBytes(app.port, `${lines.join('\r\n')}\r\n\r\n${body}`)).status).toBe(403);
  });

  it('is open to a client that is no browser', async () => {
    expect(await app.anonymous().post('/api/auth/login', { email, password })).toMatchObject({
      status: 401,
      body: { code: 'invalid_credentials' },
    });
  });
});

it('asks only whether there is a caller where a stranger has no session', async () => {
  const headers = { 'sec-fetch-site': 'cross-site' };
  expect(await app.anonymous().post('/api/organizations', { name: 'x' }, { headers })).toMatchObject({ status: 401 });
});

describe('the public origin', () => {
  const login = (server: TestApp, headers: Record<string, string>) =>
    server.anonymous().post('/api/auth/login', { email: 'a@b.c', password: 'x' }, { headers });

  it('is what EDE_PUBLIC_URL says, whatever the Host header is', async () => {
    const server = await startTestApp({ env: { EDE_PUBLIC_URL: 'https://ede.example.com' } });
    try {
      expect((await login(server, { origin: 'https://ede.example.com' })).status).toBe(401);
      expect((await login(server, { origin: server.url })).status).toBe(403);
      const tricked = {
        origin: 'https://evil.example',
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
      };
      expect((await login(server, tricked)).status).toBe(403);
    } finally {
      await server.close();
    }
  });

  it('is the request’s own for the names of this machine with our port, and no other name', async () => {
    const { port } = app;
    expect((await login(app, { host: `localhost:${port}`, origin: `http://localhost:${port}` })).status).toBe(401);
    expect((await login(app, { host: `[::1]:${port}`, origin: `http://[::1]:${port}` })).status).toBe(401);
    for (const host of [
      `evil.example:${port}`,
      'localhost:1',
      'localhost',
      `localhost.evil.example:${port}`,
      `user@localhost:${port}`,
    ]) {
      expect((await login(app, { host, origin: `http://${host}` })).status).toBe(403);
    }
  });

  it('does not believe X-Forwarded-* of somebody who is no trusted proxy', async () => {
    const headers = {
      origin: `https://localhost:${app.port}`,
      host: `localhost:${app.port}`,
      'x-forwarded-proto': 'https',
    };
    expect((await login(app, headers)).status).toBe(403);
    const behindProxy = await startTestApp({ env: { EDE_TRUSTED_PROXIES: '127.0.0.1' } });
    try {
      const { port } = behindProxy;
      const trusted = { origin: `https://localhost:${port}`, host: `localhost:${port}`, 'x-forwarded-proto': 'https' };
      expect((await login(behindProxy, trusted)).status).toBe(401);
    } finally {
      await behindProxy.close();
    }
  });
});
