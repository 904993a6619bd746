import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Identity, TestClient } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let app: TestApp;
let identity: Identity;
let admin: TestClient;

beforeAll(async () => {
  database = await createTestDatabase();
  const first = await startTestApp({ database });
  identity = (await first.setUp()).identity;
  await first.close();
  app = await startTestApp({ database, env: { EDE_MASTER_KEY: randomBytes(32).toString('base64') } });
  admin = app.anonymous();
  await admin.logIn(identity.email, identity.password);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

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

it('makes nothing that would need a key', async () => {
  const answer = await admin.post('/api/organizations', { name: 'Second' });
  expect(answer).toMatchObject({ status: 503, body: { code: 'sealed' } });
  expect(await app.get(DataSource).query('SELECT 1 FROM res_organization')).toHaveLength(1);
});
