import { expect, it } from '@jest/globals';
import { ServerState } from '../../src/core/web/index.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { createTestDatabase } from '../support/database.js';
import { FaultProxy } from '../support/peers/fault-proxy.js';

let app: TestApp;

const REASONS = ['database', 'keys', 'lifecycle'];

it('answers live and ready without sign-in, and tells a signed-in caller what was checked', async () => {
  app = await startTestApp();
  const admin = await app.setUp();
  expect(await app.anonymous().get('/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
  const open = await app.anonymous().get('/health/ready');
  expect(open).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(open.body).not.toHaveProperty('checks');
  const checks = (await admin.get('/health/ready')).body.checks as { name: string; ok: boolean }[];
  expect(checks).toEqual(REASONS.map((name) => ({ name, ok: true })));
  await app.close();
});

it('is not ready while it stops', async () => {
  app = await startTestApp();
  const admin = await app.setUp();
  app.get(ServerState).stop();
  const answer = await admin.get('/health/ready');
  expect(answer).toMatchObject({ status: 503, body: { code: 'not_ready' } });
  expect(answer.headers['retry-after']).toBeDefined();
  expect(answer.headers['connection']).toBe('close');
  expect(answer.body.checks).toContainEqual({ name: 'lifecycle', ok: false, reason: 'The server is stopping' });
  const open = await app.anonymous().get('/health/ready');
  expect(open).toMatchObject({ status: 503, body: { code: 'not_ready' } });
  expect(open.text).not.toContain('stopping');
  expect((await app.anonymous().get('/health/live')).status).toBe(200);
  await app.close();
});

it('is not ready while the database is away, nor are routes that need it; then it recovers', async () => {
  const database = await createTestDatabase();
  const url = new URL(database.url);
  const proxy = await FaultProxy.start(Number(url.port));
  url.port = String(proxy.port);
  app = await startTestApp({ database: { url: url.href, drop: () => database.drop() } });
  const admin = await app.setUp();
  proxy.fault = { kind: 'cut', direction: 'response', afterBytes: 0 };
  expect(await admin.get('/health/ready')).toMatchObject({ status: 503, body: { code: 'not_ready' } });
  expect((await app.anonymous().get('/health/live')).status).toBe(200);
  const answer = await admin.get('/api/auth/session');
  expect(answer).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  proxy.fault = { kind: 'none' };
  expect((await admin.get('/health/ready')).status).toBe(200);
  expect((await admin.get('/api/auth/session')).status).toBe(200);
  await app.close();
  await proxy.stop();
  await database.drop();
});

it('is not ready while it is sealed, though it runs', async () => {
  const database = await createTestDatabase();
  const first = await startTestApp({ database });
  await first.setUp();
  await first.close();
  app = await startTestApp({ database });
  const answer = await app.anonymous().get('/health/ready');
  expect(answer).toMatchObject({ status: 503, body: { code: 'not_ready' } });
  expect(answer.text).not.toMatch(/key|seal/i);
  expect((await app.anonymous().get('/health/live')).status).toBe(200);
  await app.close();
  await database.drop();
});
