import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { TestClient } from '../support/client.js';

let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  app = await startTestApp();
  admin = await app.setUp();
});
afterAll(() => app.close());

const valueOf = (text: string, sample: string): number => {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${sample} `));
  return Number(line?.slice(sample.length + 1));
};

it('counts requests by route, and tells of pool, memory and keys, to the token of an instance admin', async () => {
  const { token } = (await admin.post('/api/auth/tokens', { name: 'Collector', scopes: ['read'] })).body as {
    token: string;
  };
  const collector = new TestClient(app.url, token);
  const sample = 'ede_http_request_duration_seconds_count{method="GET",route="/api/connectors/:id",status="404"}';
  const before = valueOf((await collector.get('/metrics')).text, sample) || 0;
  for (let asked = 0; asked < 3; asked += 1) await admin.get('/api/connectors/01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22');
  const { status, headers, text } = await collector.get('/metrics');
  expect(status).toBe(200);
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(headers['cache-control']).toBe('no-store');
  expect(valueOf(text, sample)).toBe(before + 3);
  expect(valueOf(text, 'ede_sealed')).toBe(0);
  expect(valueOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(2 ** 20);
  expect(valueOf(text, 'process_cpu_seconds_total')).toBeGreaterThan(0);
  expect(valueOf(text, 'ede_database_pool{state="idle"}')).toBeGreaterThan(0);
});

it('names nobody and no path as it was asked for', async () => {
  await admin.get('/api/nothing-like-this?canary=1');
  const { text } = await admin.get('/metrics');
  expect(text).toContain('route="none"');
  expect(text).not.toMatch(/nothing-like-this|canary|@example/);
});

it('is for instance admins', async () => {
  expect((await app.anonymous().get('/metrics')).status).toBe(401);
  expect((await (await app.signIn('Acme')).get('/metrics')).status).toBe(403);
});
