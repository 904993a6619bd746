import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

it.each([
  ['statement_timeout', '10s'],
  ['lock_timeout', '3s'],
  ['idle_in_transaction_session_timeout', '15s'],
])('the database ends what takes longer than its %s', async (name, limit) => {
  const found: unknown = await app.get(DataSource).query('SELECT current_setting($1) AS limit', [name]);
  expect(found).toEqual([{ limit }]);
});
