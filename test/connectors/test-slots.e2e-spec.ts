import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { TestSlots } from '../../src/foundation/connectors/test-slots.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { complete, draft } from '../support/scripted-draft.js';
import { ScriptedModule } from '../support/scripted-provider.js';

const LIMITS = { ofOrganization: 4, inAll: 32 };

let app: TestApp;
/** What another process does: the tests that this one counts by itself are not among these. */
let elsewhere: TestSlots;
let acme: TestClient;
let globex: TestClient;
beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  await app.setUp();
  elsewhere = app.get(TestSlots);
  acme = await app.signIn('acme');
  globex = await app.signIn('globex');
});
afterAll(() => app.close());

const testOf = async (client: TestClient) => {
  const { id } = await client.createConnector(draft({ param_ids: complete() }));
  return () => client.post(`/api/connectors/${id}/test`);
};

/** @returns the slots that were free. */
const takeAtOnce = async (organizations: readonly string[]) => {
  const slots = await Promise.all(organizations.map((id) => elsewhere.take(id, LIMITS)));
  return slots.filter((slot) => slot !== null);
};

const giveBack = (slots: readonly string[]) => Promise.all(slots.map((slot) => elsewhere.giveBack(slot)));

describe('connection tests at the same moment, wherever they run', () => {
  it('are four of one organization', async () => {
    const [test, other] = [await testOf(acme), await testOf(globex)];
    const taken = await takeAtOnce(Array<string>(8).fill(acme.organizationId));
    expect(taken).toHaveLength(4);
    expect(await test()).toMatchObject({ status: 429, headers: { 'retry-after': '2' } });
    expect((await other()).status).toBe(200);
    await elsewhere.giveBack(taken[0]!);
    expect((await test()).status).toBe(200);
    expect((await test()).status).toBe(200);
    await giveBack(taken);
  });

  it('are 32 in all', async () => {
    const test = await testOf(acme);
    const crowd = await Promise.all(
      Array.from({ length: 9 }, (_, number) => app.createOrganization(`Crowd ${number}`)),
    );
    const taken = await takeAtOnce(crowd.flatMap((id) => Array<string>(4).fill(id)));
    expect(taken).toHaveLength(32);
    expect(await test()).toMatchObject({ status: 429, headers: { 'retry-after': '2' } });
    await elsewhere.giveBack(taken[0]!);
    expect((await test()).status).toBe(200);
    await giveBack(taken);
  });

  it('do not count for ever when their process was killed', async () => {
    const test = await testOf(acme);
    await takeAtOnce(Array<string>(4).fill(acme.organizationId));
    expect((await test()).status).toBe(429);
    await app.get(DataSource).query(`UPDATE ir_connector_test_slot SET expires_at = now() - interval '1 second'`);
    expect((await test()).status).toBe(200);
  });
});
