import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource, type QueryRunner } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';

const WRONG = { email: 'admin@example.com', password: 'not the right one' };

let app: TestApp;
let admin: TestClient;
let holder: QueryRunner;

beforeAll(async () => {
  app = await startTestApp();
  admin = await app.setUp();
  holder = app.get(DataSource).createQueryRunner();
});
afterAll(async () => {
  await holder.release();
  await app.close();
});

/** Does the work while a session holds the rows that the statement finds. */
async function underLock<T>(lockRows: string, work: () => Promise<T>): Promise<T> {
  await holder.startTransaction();
  try {
    await holder.query(lockRows);
    return await work();
  } finally {
    await holder.rollbackTransaction();
  }
}

it('a request whose session row somebody holds is told to come again, and then passes', async () => {
  await app.get(DataSource).query(`UPDATE auth_session SET last_used_at = now() - interval '1 hour'`);
  const answer = await underLock('SELECT 1 FROM auth_session FOR UPDATE', () => admin.get('/api/connectors'));
  expect(answer).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
  expect(answer.headers['retry-after']).toBe('2');
  expect((await admin.get('/api/connectors')).status).toBe(200);
});

it('a sign-in whose counter somebody holds is told to come again, and then is judged', async () => {
  const signIn = () => app.anonymous().post('/api/auth/login', WRONG);
  expect((await signIn()).status).toBe(401);
  const answer = await underLock('SELECT 1 FROM auth_login_limit FOR UPDATE', signIn);
  expect(answer).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
  expect((await signIn()).status).toBe(401);
});
