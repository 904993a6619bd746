import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { KeyRing } from '../../src/core/crypto/index.js';
import { EmailRetention } from '../../src/foundation/email/email-retention.js';
import { accepted, MAILS, upload } from '../email/mail.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { deliveryPolicy, until } from '../support/delivery.js';
import { untilBlocked } from '../support/until-blocked.js';

const masterKey = randomBytes(32).toString('base64');

let database: TestDatabase;
let sql: DataSource;
let app: TestApp;
let admin: TestClient;
const open: TestApp[] = [];

async function start(days: number | null, key = masterKey): Promise<TestApp> {
  const started = await startTestApp({
    database,
    env: {
      EDE_MASTER_KEY: key,
      EDE_SMTP_URL: 'smtp://127.0.0.1:9',
      ...(days !== null && { EDE_MESSAGE_RETENTION_DAYS: String(days) }),
    },
    imports: [deliveryPolicy({ concurrency: 0 })],
  });
  open.push(started);
  return started;
}

beforeEach(async () => {
  database = await createTestDatabase();
  app = await start(30);
  admin = await app.setUp();
  sql = app.get(DataSource);
});
afterEach(async () => {
  for (const started of open.splice(0)) await started.close();
  await database.drop();
});

/** Lets a message have ended so many days ago, after a day of trying. */
async function end(table: string, id: string, status: 'sent' | 'failed', daysAgo: number): Promise<void> {
  await sql.query(
    `UPDATE ${table} SET status = $2, due_at = NULL, lease_id = NULL, finished_at = now() - make_interval(days => $3),
       created_at = now() - make_interval(days => $3 + 1) WHERE id = $1`,
    [id, status, daysAgo],
  );
}

/** Old messages that were sent, the oldest first. */
async function addOld(table: string, organizationId: string, count: number): Promise<string> {
  const rows: { id: string }[] = await sql.query(
    `INSERT INTO ${table} (id, organization_id, envelope, body, status, provider_type, created_at, finished_at)
     SELECT gen_random_uuid(), $1, '\\x00', '\\x00', 'sent', 'built_in', at, at
     FROM generate_series(1, $2::integer) AS n, LATERAL (SELECT now() - interval '1 year' + n * interval '1 s' AS at) a
     ORDER BY n RETURNING id`,
    [organizationId, count],
  );
  return rows[0]?.id ?? '';
}

const rowsOf = async (table: string): Promise<number> => {
  const [row]: { count: number }[] = await sql.query(`SELECT count(*)::integer AS count FROM ${table}`);
  return row?.count ?? 0;
};

const removals = (): Promise<object[]> =>
  sql.query(
    `SELECT action, organization_id AS of, record_type, facts FROM audit_event WHERE action LIKE '%.removed' ORDER BY seq`,
  );

describe('mails', () => {
  it('are removed with what they say and name when they ended long ago; documents stay', async () => {
    const document = await upload(admin, 'a.txt', Buffer.from('a'));
    const attachments = [document];
    const [sent, failed] = [await accepted(admin, { attachments }), await accepted(admin, { attachments })];
    const kept = await accepted(admin, { attachments });
    await end('email_message', sent, 'sent', 31);
    await end('email_message', failed, 'failed', 400);
    await end('email_message', kept, 'sent', 29);
    await app.get(EmailRetention).run();
    for (const id of [sent, failed]) expect(await admin.get(`${MAILS}/${id}`)).toMatchObject({ status: 404 });
    expect((await admin.get(MAILS)).body['items']).toEqual([expect.objectContaining({ id: kept })]);
    expect(await sql.query('SELECT message_id FROM email_attachment')).toEqual([{ message_id: kept }]);
    expect(await admin.get(`/api/storage/documents/${document}`)).toMatchObject({ status: 200 });
    expect(await removals()).toEqual([
      {
        action: 'email.removed',
        of: admin.organizationId,
        record_type: 'email.message',
        facts: { removed: 2, older_than_days: 30 },
      },
    ]);
  });

  it('stay as long as they wait or are being sent, however old they are', async () => {
    const [waiting, sending] = [await accepted(admin), await accepted(admin)];
    await sql.query(`UPDATE email_message SET created_at = now() - interval '2 years'`);
    await sql.query(`UPDATE email_message SET status = 'sending', lease_id = gen_random_uuid() WHERE id = $1`, [
      sending,
    ]);
    const justSent = await accepted(admin);
    await end('email_message', justSent, 'sent', 1);
    await sql.query(`UPDATE email_message SET created_at = now() - interval '2 years' WHERE id = $1`, [justSent]);
    await app.get(EmailRetention).run();
    const { body } = await admin.get(MAILS);
    const left = (body['items'] as { id: string }[]).map(({ id }) => id);
    expect(left.sort()).toEqual([waiting, sending, justSent].sort());
    expect(await removals()).toEqual([]);
  });
});

describe('old messages', () => {
  it('of all organizations go when the server starts, each in a trail of its own', async () => {
    const other = await app.createOrganization('Other');
    await addOld('messaging_message', admin.organizationId, 1);
    await addOld('messaging_message', other, 450);
    await start(30);
    await until(
      () => rowsOf('messaging_message'),
      (count) => count === 0,
    );
    const removed = new Map<unknown, number>();
    for (const row of (await removals()) as { of: string; facts: { removed: number } }[]) {
      removed.set(row.of, (removed.get(row.of) ?? 0) + row.facts.removed);
    }
    expect(removed).toEqual(
      new Map([
        [admin.organizationId, 1],
        [other, 450],
      ]),
    );
  });

  it('go also when those of another organization cannot', async () => {
    const others = [await app.createOrganization('Other'), await app.createOrganization('Third')];
    const [first, ...rest] = [admin.organizationId, ...others].sort();
    for (const id of [first, ...rest]) await addOld('email_message', String(id), 1);
    await sql.query(
      `CREATE FUNCTION test_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not this one'; END $$`,
    );
    await sql.query(
      `CREATE TRIGGER test_refuse BEFORE DELETE ON email_message FOR EACH ROW
       WHEN (OLD.organization_id = '${first}') EXECUTE FUNCTION test_refuse()`,
    );
    await app.get(EmailRetention).run();
    expect(await sql.query('SELECT organization_id AS of FROM email_message')).toEqual([{ of: first }]);
    expect(app.log.join('\n')).toContain('Old rows of email_message could not be removed');
  });

  it('stay from the moment on at which the server is sealed', async () => {
    await addOld('email_message', admin.organizationId, 450);
    const blocker = sql.createQueryRunner();
    await blocker.startTransaction();
    await blocker.query('SELECT chain FROM audit_chain WHERE chain = $1 FOR UPDATE', [admin.organizationId]);
    const running = app.get(EmailRetention).run();
    await untilBlocked(sql);
    app.get(KeyRing).seal('The master key is gone');
    await blocker.rollbackTransaction();
    await blocker.release();
    await running;
    expect(await rowsOf('email_message')).toBe(250);
  });

  it('stay without the setting, and on a sealed server', async () => {
    await addOld('email_message', admin.organizationId, 1);
    for (const started of [await start(null), await start(30, randomBytes(32).toString('base64'))]) {
      await started.get(EmailRetention).run();
    }
    expect(await rowsOf('email_message')).toBe(1);
  });

  it('go in batches: a stop waits for the one that is under way, and for no other', async () => {
    const oldest = await addOld('email_message', admin.organizationId, 450);
    const blocker = sql.createQueryRunner();
    await blocker.startTransaction();
    // Nobody may add an audit row, so the first batch cannot commit.
    await blocker.query('SELECT chain FROM audit_chain WHERE chain = $1 FOR UPDATE', [admin.organizationId]);
    const stopping = await start(30);
    await untilBlocked(sql);
    const stopped = stopping.get(EmailRetention).onModuleDestroy();
    await blocker.rollbackTransaction();
    await blocker.release();
    await stopped;
    expect(await rowsOf('email_message')).toBe(250);
    expect(await sql.query('SELECT id FROM email_message WHERE id = $1', [oldest])).toEqual([]);
    await app.get(EmailRetention).run();
    expect(await rowsOf('email_message')).toBe(0);
  });
});
