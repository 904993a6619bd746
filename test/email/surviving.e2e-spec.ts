import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { DeliveryPolicy } from '../../src/core/delivery/index.js';
import { activeConnector } from '../support/active-connector.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { TestClient } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { deliveryPolicy, reached, settled, until } from '../support/delivery.js';
import { DeliveryProcess } from '../support/killed-process.js';
import { SmtpPeer } from '../support/peers/smtp-server.js';
import { ScriptedEmailProvider, ScriptedSenders } from '../support/scripted-senders.js';
import { accepted, MAILS, post } from './mail.js';

const ADMIN = { email: 'admin@example.com', password: 'correct horse battery staple' };

let database: TestDatabase;
let sql: Client;
let peer: SmtpPeer;
let masterKey: string;
const open: TestApp[] = [];

/** One more application on the same database. */
async function start(policy: Partial<DeliveryPolicy> = {}, env: Record<string, string> = {}): Promise<TestApp> {
  const app = await startTestApp({
    database,
    env: { EDE_SMTP_URL: peer.url(), EDE_MASTER_KEY: masterKey, ...env },
    imports: [ScriptedSenders, deliveryPolicy(policy)],
  });
  open.push(app);
  return app;
}

async function stop(app: TestApp): Promise<void> {
  open.splice(open.indexOf(app), 1);
  await app.close();
}

async function signIn(app: { url: string }): Promise<TestClient> {
  const client = new TestClient(app.url);
  await client.logIn(ADMIN.email, ADMIN.password);
  return client;
}

function gateOf(): { closed: Promise<void>; open: () => void } {
  let letThrough: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (letThrough = resolve));
  return { closed, open: () => letThrough() };
}

beforeEach(async () => {
  database = await createTestDatabase();
  sql = new Client({ connectionString: database.url });
  await sql.connect();
  peer = await SmtpPeer.start();
  masterKey = randomBytes(32).toString('base64');
});
afterEach(async () => {
  while (open[0]) await stop(open[0]);
  await peer.stop();
  await sql.end();
  await database.drop();
});

describe('kill -9', () => {
  it('loses no accepted mail, whenever it comes', async () => {
    const home = await mkdtemp(join(tmpdir(), 'ede-mail-'));
    const env = {
      DATABASE_URL: database.url,
      EDE_DATA_DIR: join(home, 'data'),
      EDE_MASTER_KEY: masterKey,
      EDE_ADMIN_EMAIL: ADMIN.email,
      EDE_ADMIN_PASSWORD: ADMIN.password,
      EDE_SMTP_URL: peer.url(),
    };
    let server = await DeliveryProcess.start(env);
    const ids: string[] = [];
    try {
      for (let round = 0; round < 3; round++) {
        const client = await signIn(server);
        const gate = gateOf();
        peer.gate = gate.closed;
        const begun = peer.begun;
        for (let index = 0; index < 10; index++)
          ids.push(await accepted(client, { to: [`m${ids.length}@example.com`] }));
        // In every round the kill meets mails in the middle of their transfer.
        await until(
          () => peer.begun,
          (now) => now > begun,
        );
        await server.kill();
        gate.open();
        server = await DeliveryProcess.start(env);
      }
      const client = await signIn(server);
      for (const id of ids)
        expect(await settled(client, `${MAILS}/${id}`)).toMatchObject({ status: 'sent', attempts: 1 });
    } finally {
      await server.kill();
      await rm(home, { recursive: true, force: true });
    }
    const arrived = new Set(peer.mails.flatMap(({ to }) => to));
    expect(arrived).toEqual(new Set(ids.map((_, index) => `m${index}@example.com`)));
  });
});

describe('a mail that is being sent', () => {
  it('stays with its worker for as long as that works, however many others look for mails', async () => {
    const policy = { leaseMs: 2_000 };
    const apps = [await start(policy), await start(policy), await start(policy)] as const;
    const admin = await apps[0].setUp();
    const gate = gateOf();
    peer.gate = gate.closed;
    const begunAt = Date.now();
    const ids = await Promise.all(Array.from({ length: 9 }, (_, n) => accepted(admin, { to: [`m${n}@example.com`] })));
    await until(
      () => peer.begun,
      (begun) => begun === 9,
    );
    await until(leaseEnd, (end) => end > begunAt + 3 * policy.leaseMs); // each lease was renewed
    gate.open();
    for (const id of ids) expect(await settled(admin, `${MAILS}/${id}`)).toMatchObject({ status: 'sent', attempts: 1 });
    expect(peer.begun).toBe(9);
    expect(peer.mails).toHaveLength(9);
  });

  it('is taken over once the lease of a worker that vanished has ended', async () => {
    const idle = await start({ concurrency: 0 });
    const id = await accepted(await idle.setUp());
    await sql.query(`UPDATE email_message SET status = 'sending', attempts = 1, lease_id = $1, due_at = now()`, [
      randomUUID(),
    ]);
    const mail = await settled(await signIn(await start()), `${MAILS}/${id}`);
    expect(mail).toMatchObject({ status: 'sent', attempts: 1 });
  });

  it('is given up when it was the last thing that many workers did', async () => {
    const idle = await start({ concurrency: 0 });
    const id = await accepted(await idle.setUp());
    await sql.query(
      `UPDATE email_message SET status = 'sending', interruptions = 10, attempts = 1, lease_id = $1, due_at = now()`,
      [randomUUID()],
    );
    const mail = await settled(await signIn(await start()), `${MAILS}/${id}`);
    expect(mail).toMatchObject({ status: 'failed' });
    expect(mail.last_error).toMatch(/stopped every time/);
    expect(peer.begun).toBe(0);
  });

  it('is left alone by a worker whose lease another one took', async () => {
    const app = await start({ leaseMs: 300 });
    const admin = await app.setUp();
    const connector = await activeConnector(admin, 'email', 'first');
    const service = app.get(ScriptedEmailProvider).sink;
    service.script.push(gateOf().closed);
    const id = await accepted(admin);
    await until(
      () => service.begun,
      (begun) => begun === 1,
    );
    const disposed = service.disposed;
    const thief = randomUUID();
    await sql.query(`UPDATE email_message SET lease_id = $1, due_at = now() + interval '1 hour'`, [thief]);

    await until(
      () => service.disposed,
      (count) => count > disposed,
    );
    const { rows } = await sql.query('SELECT status, lease_id, connector_id FROM email_message WHERE id = $1', [id]);
    expect(rows).toEqual([{ status: 'sending', lease_id: thief, connector_id: connector }]);
    expect(service.sent).toEqual([]);
  });
});

describe('a restart', () => {
  it('gives mails in transfer back without counting the attempt, and sends them afterwards', async () => {
    const app = await start();
    const admin = await app.setUp();
    peer.gate = gateOf().closed;
    const id = await accepted(admin);
    await reached(admin, `${MAILS}/${id}`, 'sending');
    await until(
      () => peer.begun,
      (begun) => begun === 1,
    );
    await stop(app);
    const { rows } = await sql.query('SELECT status, attempts, lease_id FROM email_message');
    expect(rows).toEqual([{ status: 'queued', attempts: 0, lease_id: null }]);

    peer.gate = Promise.resolve();
    const mail = await settled(await signIn(await start()), `${MAILS}/${id}`);
    expect(mail).toMatchObject({ status: 'sent', attempts: 1 });
  });

  it('lets mails that are nearly through end', async () => {
    const app = await start({ graceMs: 60_000 });
    const admin = await app.setUp();
    const gate = gateOf();
    peer.gate = gate.closed;
    await accepted(admin);
    await until(
      () => peer.begun,
      (begun) => begun === 1,
    );
    const stopped = stop(app);
    gate.open();
    await stopped;
    const { rows } = await sql.query('SELECT status FROM email_message');
    expect(rows).toEqual([{ status: 'sent' }]);
  });
});

describe('a sealed server', () => {
  it('accepts and shows no mail, and spoils none', async () => {
    const first = await start({ concurrency: 0 });
    const admin = await first.setUp();
    const id = await accepted(admin);
    await stop(first);

    const sealed = await start({}, { EDE_MASTER_KEY: randomBytes(32).toString('base64') });
    const client = await signIn(sealed);
    for (const answer of [await post(client), await client.get(MAILS), await client.get(`${MAILS}/${id}`)]) {
      expect(answer.body).toMatchObject({ status: 503, code: 'sealed' });
    }
    const { rows } = await sql.query('SELECT status, attempts FROM email_message');
    expect(rows).toEqual([{ status: 'queued', attempts: 0 }]);
    await stop(sealed);

    expect(await settled(await signIn(await start()), `${MAILS}/${id}`)).toMatchObject({ status: 'sent' });
  });
});

/** When the first of the leases ends, as far as is known now. */
async function leaseEnd(): Promise<number> {
  const { rows } = await sql.query<{ end: Date }>('SELECT min(due_at) AS end FROM email_message');
  return rows[0]?.end.getTime() ?? 0;
}
