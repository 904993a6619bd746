import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { startTestApp, type TestApp } from '../support/app.js';
import type { Answer, TestClient } from '../support/client.js';
import { deliveryPolicy } from '../support/delivery.js';
import { ScriptedSenders } from '../support/scripted-senders.js';
import { WRITES, type Writers } from './writes.js';

/** Tables that say nothing of what callers do or may know. */
const INDEPENDENT = [
  'auth_login_limit', // a try counts before its password is looked at, whatever comes of it
  'base_key_process', // heartbeats of this process
];

/** Audited, and no writes of the API. */
const ALSO: typeof WRITES = {
  'a wrong password': async ({ app, user }) => {
    const body = { email: user.identity.email, password: 'wrong' };
    return () => app.anonymous().post('/api/auth/login', body);
  },
  'a denied access':
    async ({ user }) =>
    () =>
      user.post('/api/organizations', { name: 'Mine' }),
  'a wrong one-time link':
    async ({ app }) =>
    () =>
      app.anonymous().post('/api/auth/reset', { reset_token: 'x', password: 'correct horse battery staple' }),
  'a session that has ended': async ({ app, user }) => {
    const client = app.anonymous();
    await client.logIn(user.identity.email, user.identity.password);
    const headers = { cookie: client.sessionCookie ?? '' };
    await client.post('/api/auth/logout');
    return () => app.anonymous().get('/api/menus', { headers });
  },
  'a revealed secret': async ({ admin }) => {
    await admin.confirm();
    const { id } = await admin.createConnector({ param_ids: [{ key: 'secret_access_key', value: SECRET }] });
    return () => admin.get(`/api/connectors/${String(id)}/config?reveal=true`);
  },
  'an exported trail':
    async ({ admin }) =>
    () =>
      admin.get('/api/audit/export'),
};
const SECRET = 'canary-of-the-refused-reveal';

let app: TestApp;
let admin: TestClient;
let user: TestClient;
let sql: DataSource;

beforeAll(async () => {
  app = await startTestApp({
    env: { EDE_SMTP_URL: 'smtp://127.0.0.1:9' },
    imports: [deliveryPolicy(), ScriptedSenders],
  });
  admin = await app.setUp();
  user = await app.signIn('Acme');
  sql = app.get(DataSource);
  await sql.query(`CREATE FUNCTION refuse_audit() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'no audit today'; END $$`);
  await sql.query('CREATE TRIGGER refuse BEFORE INSERT ON audit_event EXECUTE FUNCTION refuse_audit()');
  await sql.query('ALTER TABLE audit_event DISABLE TRIGGER refuse');
});
// What one write prepared must not be at work while another one is looked at.
afterEach(() => sql.query('DELETE FROM base_key_rotation'));
afterAll(() => app.close());

/** Sends a request while no audit row can be written. */
async function unaudited(request: () => Promise<Answer>): Promise<Answer> {
  await sql.query('ALTER TABLE audit_event ENABLE TRIGGER refuse');
  try {
    return await request();
  } finally {
    await sql.query('ALTER TABLE audit_event DISABLE TRIGGER refuse');
  }
}

/** A digest of each table, and the files of documents. When a session was last used is no change. */
async function everything(): Promise<Record<string, unknown>> {
  const tables: { name: string }[] = await sql.query(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> ALL($1) ORDER BY 1`,
    [INDEPENDENT],
  );
  const found: Record<string, unknown> = { files: await storedFiles() };
  for (const { name } of tables) {
    const [row] = await sql.query<{ digest: string | null }[]>(
      `SELECT md5(string_agg(row, E'\\n' ORDER BY row)) AS digest
       FROM (SELECT (to_jsonb(t) - 'last_used_at')::text AS row FROM "${name}" t) AS rows`,
    );
    found[name] = row?.digest;
  }
  return found;
}

async function storedFiles(): Promise<string[]> {
  const { dataDir } = app.settings;
  if (!existsSync(dataDir)) return []; // until the first upload
  const entries = await readdir(dataDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

describe('nothing is done, and nothing is told, without its audit row', () => {
  it.each(Object.keys({ ...WRITES, ...ALSO }))('%s', async (name) => {
    const writers: Writers = { app, admin, user };
    const request = await { ...WRITES, ...ALSO }[name]?.(writers);
    assert(request);
    const before = await everything();
    const answer = await unaudited(request);
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.text).not.toContain(SECRET);
    expect(await everything()).toEqual(before);
  });
});
