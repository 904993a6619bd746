import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { complete, draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

/** Connections of the pool. */
const POOL = 10;

let database: TestDatabase;
let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  database = await createTestDatabase();
  const env = { EDE_MASTER_KEY: randomBytes(32).toString('base64') };
  const first = await startTestApp({ database, env });
  const { identity } = await first.setUp();
  await first.close();
  app = await startTestApp({ database, env, imports: [ScriptedModule] });
  admin = app.anonymous();
  await admin.logIn(identity.email, identity.password);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

it('the first write after a start does not hold a connection while it waits for another to read the key', async () => {
  const others = Array.from({ length: POOL - 1 }, () => app.get(DataSource).createQueryRunner());
  await Promise.all(others.map((runner) => runner.connect()));
  try {
    expect((await admin.post('/api/connectors', draft({ param_ids: complete() }))).status).toBe(201);
  } finally {
    await Promise.all(others.map((runner) => runner.release()));
  }
});
