import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { startRestarted, type Restarted } from '../support/restarted-app.js';

let restarted: Restarted;
let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  restarted = await startRestarted({ after: { EDE_MASTER_KEY: randomBytes(32).toString('base64') } });
  ({ app, admin } = restarted);
});
afterAll(() => restarted.close());

it('a server with the wrong master key runs, and people can sign in and look', async () => {
  expect((await app.anonymous().get('/health/live')).status).toBe(200);
  expect((await admin.get('/api/organizations')).body.items).toHaveLength(1);
});

it('is not ready, and tells why to signed-in callers only', async () => {
  const [signedOut, signedIn] = [await app.anonymous().get('/health/ready'), await admin.get('/health/ready')];
  expect([signedOut.status, signedIn.status]).toEqual([503, 503]);
  expect(signedOut.text).not.toMatch(/master key|keys/);
  expect(signedIn.text).toMatch(/master key/);
});
