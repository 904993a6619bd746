import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { TestSlots } from '../../src/foundation/connectors/test-slots.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { complete, draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

let app: TestApp;
let slots: TestSlots;
let acme: TestClient;
let globex: TestClient;
beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  await app.setUp();
  slots = app.get(TestSlots);
  acme = await app.signIn('acme');
  globex = await app.signIn('globex');
});
afterAll(() => app.close());

const testOf = async (client: TestClient) => {
  const { id } = await client.createConnector(draft({ param_ids: complete() }));
  return () => client.post(`/api/connectors/${id}/test`);
};

describe('connection tests of one organization', () => {
  it('are four at once, wherever they run', async () => {
    const [test, other] = [await testOf(acme), await testOf(globex)];
    const elsewhere = await Promise.all(Array.from({ length: 8 }, () => slots.take(acme.organizationId, 4)));
    const taken = elsewhere.filter((slot) => slot !== null);
    expect(taken).toHaveLength(4);
    expect(await test()).toMatchObject({ status: 429, headers: { 'retry-after': '2' } });
    expect((await other()).status).toBe(200);
    await slots.giveBack(taken[0]!);
    expect((await test()).status).toBe(200);
    expect((await test()).status).toBe(200);
    await Promise.all(taken.map((slot) => slots.giveBack(slot)));
  });

  it('that a killed process ran do not count for ever', async () => {
    const test = await testOf(acme);
    for (let slot = 0; slot < 4; slot++) await slots.take(acme.organizationId, 4);
    expect((await test()).status).toBe(429);
    await app.get(DataSource).query(`UPDATE ir_connector_test_slot SET expires_at = now() - interval '1 second'`);
    expect((await test()).status).toBe(200);
  });
});
