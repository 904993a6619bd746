import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { complete, draft, ENDPOINT } from '../support/scripted-draft.js';
import { ScriptedModule, ScriptedProvider } from '../support/scripted-provider.js';

let app: TestApp;
let admin: TestClient;

beforeAll(async () => {
  app = await startTestApp({ imports: [ScriptedModule] });
  admin = await app.setUp();
});
afterAll(() => app.close());

async function create(params: object[]): Promise<string> {
  return (await admin.post('/api/connectors', draft({ param_ids: params }))).body.id as string;
}

/** Holds the tests that use a secret until the spec lets them go. */
function holdTests(secret: string): () => void {
  let open = (): void => undefined;
  app.get(ScriptedProvider).gates.set(secret, new Promise<void>((resolve) => (open = resolve)));
  return () => open();
}

describe('testing a saved connector', () => {
  it.each([
    ['ok', true, 'connected', 'ok'],
    ['degraded', true, 'connected', 'degraded'],
    ['refuse', false, 'error', 'failed'],
    ['crash', false, 'error', 'failed'],
    ['not_testable', false, 'draft', 'not_testable'],
  ])('%s → success %s, status %s', async (mode, success, status, outcome) => {
    const id = await create(complete(mode));
    const answer = await admin.post(`/api/connectors/${id}/test`, {});
    expect(answer).toMatchObject({ status: 200, body: { success, status, details: { outcome } } });
    const record = (await admin.get(`/api/connectors/${id}`)).body;
    expect(record).toMatchObject({
      status,
      status_message: answer.body.message,
      last_tested_at: answer.body.last_tested_at,
      version: 1,
    });
  });

  it('names the first failing step with a hint', async () => {
    const id = await create(complete('refuse'));
    const { steps } = (await admin.post(`/api/connectors/${id}/test`, {})).body.details;
    expect(steps.map((step: { name: string; ok: boolean }) => [step.name, step.ok])).toEqual([
      ['config', true],
      ['connect', true],
      ['auth', false],
    ]);
    expect(steps.at(-1).hint).toBe('Check the secret key');
  });

  it('fails in the step config when a required param is missing, without touching the service', async () => {
    const id = await create([{ key: 'endpoint', value: ENDPOINT }]);
    const answer = (await admin.post(`/api/connectors/${id}/test`, {})).body;
    expect(answer).toMatchObject({
      success: false,
      status: 'error',
      details: { steps: [{ name: 'config', ok: false }] },
    });
    expect(answer.message).toContain('secret_key');
  });

  it('scrubs secret values from what a provider says, and says nothing of what it throws', async () => {
    for (const mode of ['leak', 'crash']) {
      const id = await create(complete(mode, 'canary-4711-secret'));
      const text = JSON.stringify((await admin.post(`/api/connectors/${id}/test`, {})).body);
      expect(text).not.toContain('canary-4711');
      expect(JSON.stringify((await admin.get(`/api/connectors/${id}`)).body)).not.toContain('canary-4711');
      expect(JSON.stringify((await admin.get(`/api/connectors/${id}/checks`)).body)).not.toContain('canary-4711');
    }
  });

  it('adds the write probe only with deep', async () => {
    const id = await create(complete());
    const names = async (body: object) =>
      ((await admin.post(`/api/connectors/${id}/test`, body)).body.details.steps as { name: string }[]).map(
        ({ name }) => name,
      );
    expect(await names({})).not.toContain('write');
    expect(await names({ deep: true })).toContain('write');
  });

  it('makes a sent message the test of a service that cannot be tried otherwise', async () => {
    const id = await create(complete('not_testable'));
    const answer = await admin.post(`/api/connectors/${id}/test`, { send: { text: 'Hello' } });
    expect(answer.body).toMatchObject({ success: true, status: 'connected' });
  });

  it('drops a result when the config changed meanwhile', async () => {
    const id = await create(complete('ok', 'held-secret'));
    const release = holdTests('held-secret');
    const testing = admin.post(`/api/connectors/${id}/test`, {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    await admin.patch(`/api/connectors/${id}`, { param_ids: [{ key: 'bucket', value: 'changed' }] });
    release();
    expect((await testing).body).toMatchObject({ success: true, status: 'draft', details: { stale: true } });
    expect((await admin.get(`/api/connectors/${id}`)).body).toMatchObject({ status: 'draft', last_tested_at: null });
  });

  it('keeps a result when only the name changed meanwhile', async () => {
    const id = await create(complete('ok', 'held-too'));
    const release = holdTests('held-too');
    const testing = admin.post(`/api/connectors/${id}/test`, {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    await admin.put(`/api/connectors/${id}`, { name: 'Renamed' });
    release();
    expect((await testing).body).toMatchObject({ status: 'connected' });
  });

  it('allows four tests of an organization at once and answers 429 to the fifth', async () => {
    const id = await create(complete('ok', 'crowd'));
    const release = holdTests('crowd');
    const running = Array.from({ length: 4 }, () => admin.post(`/api/connectors/${id}/test`, {}));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const fifth = await admin.post(`/api/connectors/${id}/test`, {});
    expect(fifth.status).toBe(429);
    expect(Number(fifth.headers['retry-after'])).toBeGreaterThan(0);
    release();
    expect((await Promise.all(running)).every(({ status }) => status === 200)).toBe(true);
  });

  it('ends a test that never answers after its total time', async () => {
    const id = await create(complete('hang'));
    const answer = await admin.post(`/api/connectors/${id}/test`, {});
    expect(answer.body).toMatchObject({
      success: false,
      status: 'error',
      message: 'The service did not answer within 10 seconds',
    });
  });

  it('keeps the history', async () => {
    const id = await create(complete());
    await admin.post(`/api/connectors/${id}/test`, {});
    await admin.post(`/api/connectors/${id}/test`, { deep: true });
    const first = (await admin.get(`/api/connectors/${id}/checks?limit=1`)).body;
    expect(first.items).toMatchObject([{ outcome: 'ok', success: true, deep: true, stale: false }]);
    const second = (await admin.get(`/api/connectors/${id}/checks?limit=1&cursor=${first.next_cursor}`)).body;
    expect(second).toMatchObject({ items: [{ deep: false }], next_cursor: null });
  });
});

describe('testing a draft', () => {
  const test = (body: object) =>
    admin.post('/api/connectors/test', { category: 'storage', provider_type: 'scripted', ...body });

  it('stores nothing', async () => {
    const before = (await admin.get('/api/connectors?limit=200')).body.items.length;
    expect((await test({ param_ids: complete() })).body).toMatchObject({
      success: true,
      status: 'draft',
      last_tested_at: null,
    });
    expect((await admin.get('/api/connectors?limit=200')).body.items).toHaveLength(before);
  });

  it('borrows what is left out from a connector, secrets only for the same target', async () => {
    const id = await create(complete('ok', 'borrowed'));
    const borrowed = await test({ connector_id: id, param_ids: [{ key: 'mode', value: 'leak' }] });
    expect(borrowed.body).toMatchObject({ success: false, message: 'Bad key [secret]' });
    const elsewhere = await test({ connector_id: id, param_ids: [{ key: 'endpoint', value: 'https://evil.example' }] });
    expect(elsewhere).toMatchObject({ status: 422, body: { code: 'secret_required' } });
    expect((await admin.get(`/api/connectors/${id}`)).body.status).toBe('draft');
  });

  it('refuses another provider than the connector has, and unknown ones', async () => {
    const id = await create(complete());
    const body = { category: 'storage', provider_type: 's3_compatible', param_ids: [], connector_id: id };
    expect(await admin.post('/api/connectors/test', body)).toMatchObject({
      status: 422,
      body: { code: 'draft_mismatch' },
    });
    expect((await test({ category: 'nothing', param_ids: [] })).body.code).toBe('unknown_category');
    expect((await test({ provider_type: 'nothing', param_ids: [] })).body.code).toBe('unknown_provider');
  });
});

describe('a test that sends a real message', () => {
  const start = async (kind: string, secret: string) => {
    const params = complete('not_testable', secret);
    const send = { text: 'Hello' };
    if (kind === 'a draft') {
      const body = { category: 'storage', provider_type: 'scripted', param_ids: params };
      return (sends: boolean) => admin.post('/api/connectors/test', { ...body, ...(sends && { send }) });
    }
    const id = await create(params);
    return (sends: boolean) => admin.post(`/api/connectors/${id}/test`, sends ? { send } : {});
  };
  const started = async (): Promise<object[]> =>
    app.get(DataSource).query(`SELECT record_id FROM audit_event WHERE action = 'connector.test_started'`);

  it.each(['a saved connector', 'a draft'])('is in the audit before it is sent, no other test: %s', async (kind) => {
    const test = await start(kind, `held for ${kind}`);
    const before = (await started()).length;
    await test(false);
    expect(await started()).toHaveLength(before);
    const release = holdTests(`held for ${kind}`);
    const seen = app.get(ScriptedProvider).seen.length;
    const testing = test(true);
    while (app.get(ScriptedProvider).seen.length === seen) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await started()).toHaveLength(before + 1);
    release();
    expect((await testing).body).toMatchObject({ success: true });
  });

  it('is not in the audit when nothing can be sent, since its provider is gone', async () => {
    const id = await create(complete());
    await app.get(DataSource).query(`UPDATE ir_connector SET provider_type = 'gone' WHERE id = $1`, [id]);
    const before = (await started()).length;
    const answer = await admin.post(`/api/connectors/${id}/test`, { send: { text: 'Hello' } });
    expect(answer).toMatchObject({ status: 422, body: { code: 'provider_unavailable' } });
    expect(await started()).toHaveLength(before);
  });

  it.each(['a saved connector', 'a draft'])('is not sent when that cannot be written: %s', async (kind) => {
    const test = await start(kind, 'unaudited');
    const sql = app.get(DataSource);
    const seen = app.get(ScriptedProvider).seen.length;
    await sql.query(
      `ALTER TABLE audit_event ADD CONSTRAINT refuse CHECK (action <> 'connector.test_started') NOT VALID`,
    );
    try {
      expect((await test(true)).status).toBe(500);
      expect(app.get(ScriptedProvider).seen).toHaveLength(seen);
    } finally {
      await sql.query('ALTER TABLE audit_event DROP CONSTRAINT refuse');
    }
  });
});

describe('activating', () => {
  it('needs a successful test, and both ways are idempotent', async () => {
    const id = await create(complete());
    expect(await admin.post(`/api/connectors/${id}/activate`)).toMatchObject({
      status: 409,
      body: { code: 'not_connected' },
    });
    await admin.post(`/api/connectors/${id}/test`, {});
    const active = await admin.post(`/api/connectors/${id}/activate`);
    expect(active).toMatchObject({ status: 200, body: { is_enabled: true, version: 2 } });
    expect((await admin.post(`/api/connectors/${id}/activate`)).body.version).toBe(2);
    expect((await admin.post(`/api/connectors/${id}/deactivate`)).body).toMatchObject({
      is_enabled: false,
      version: 3,
    });
    expect((await admin.post(`/api/connectors/${id}/deactivate`)).body.version).toBe(3);
  });

  it('leaves an enabled connector routing when its config goes back to draft', async () => {
    const id = await create(complete());
    await admin.post(`/api/connectors/${id}/test`, {});
    await admin.post(`/api/connectors/${id}/activate`);
    const changed = await admin.put(`/api/connectors/${id}`, { is_default: true, param_ids: [...complete('refuse')] });
    expect(changed.body).toMatchObject({ is_enabled: true, is_routing: true, status: 'draft' });
  });
});
