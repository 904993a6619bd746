import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { startRestarted, type Restarted } from '../support/restarted-app.js';
import { complete, draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

/** Connections of the pool. */
const POOL = 10;

let restarted: Restarted;
let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  const env = { EDE_MASTER_KEY: randomBytes(32).toString('base64') };
  restarted = await startRestarted({ before: env, after: env, imports: [ScriptedModule] });
  ({ app, admin } = restarted);
});
afterAll(() => restarted.close());

it('the first write after a start does not hold a connection while it waits for another to read the key', async () => {
  const others = Array.from({ length: POOL - 1 }, () => app.get(DataSource).createQueryRunner());
  await Promise.all(others.map((runner) => runner.connect()));
  try {
    expect((await admin.post('/api/connectors', draft({ param_ids: complete() }))).status).toBe(201);
  } finally {
    await Promise.all(others.map((runner) => runner.release()));
  }
});
