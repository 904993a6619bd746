import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import type { gmail_v1 } from '@googleapis/gmail';
import { DataSource } from 'typeorm';
import { accepted, delivered, MAILS, upload } from '../email/mail.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { ConnectionWatch } from '../support/connection-watch.js';
import { deliveryPolicy, settled } from '../support/delivery.js';
import { EmulatedVendor } from '../support/peers/emulated-vendor.js';

const MAILBOX = 'office@acme.example';
const SCOPE = 'https://www.googleapis.com/auth/gmail.send';
const client = {
  id: '1234.apps.googleusercontent.com',
  secret: 'GOCSPX-secret',
  redirectUri: 'http://ede.example/api/connectors/oauth/callback/gmail',
};

let watch: ConnectionWatch;
let google: EmulatedVendor;
let app: TestApp;
let admin: TestClient;
let connector: string;
beforeAll(async () => {
  watch = ConnectionWatch.start();
  google = await EmulatedVendor.google(client, MAILBOX);
  const origins = ['https://accounts.google.com', 'https://oauth2.googleapis.com', 'https://gmail.googleapis.com'];
  app = await startTestApp({
    imports: [deliveryPolicy()],
    env: {
      EDE_PUBLIC_URL: 'http://ede.example',
      EDE_EGRESS_ALLOW: new URL(google.origin).host,
      EDE_ENDPOINT_OVERRIDES: JSON.stringify(Object.fromEntries(origins.map((origin) => [origin, google.origin]))),
    },
  });
  admin = await app.setUp();
  const record = await admin.createConnector({
    category: 'email',
    provider_type: 'gmail',
    is_default: true,
    param_ids: [
      { key: 'client_id', value: client.id },
      { key: 'client_secret', value: client.secret },
      { key: 'sender', value: MAILBOX },
    ],
  });
  connector = record.id;
});
afterAll(async () => {
  await app.close();
  await google.stop();
  watch.stop();
});

const grants = () =>
  google.front.seen('POST /token').map(({ body }) => new URLSearchParams(String(body)).get('grant_type'));
const bearers = () =>
  google.front.seen('POST /upload/gmail/v1/users/me/messages/send').map(({ headers }) => headers.authorization);

/** Time passes: the kept access token is past its life. */
async function expire(): Promise<void> {
  await app.get(DataSource).query(`UPDATE ir_connector_token SET fresh_until = now() - interval '1 second'`);
}

async function consent(): Promise<{ authorization: URL; callback: URL }> {
  const { authorization_url } = (await admin.post(`/api/connectors/${connector}/oauth/authorize`)).body;
  return {
    authorization: new URL(authorization_url as string),
    callback: await EmulatedVendor.consent(authorization_url, MAILBOX),
  };
}

/** A mail with one attachment, as the emulator itself understands it. */
async function readThere(id: string) {
  const path = `/gmail/v1/users/me/messages/${id}`;
  const { payload } = await google.inspect<gmail_v1.Schema$Message>(path);
  const headers = Object.fromEntries(payload?.headers?.map(({ name, value }) => [name, value]) ?? []);
  const part = payload?.parts?.find(({ filename }) => filename !== '');
  const attachment = `${path}/attachments/${part?.body?.attachmentId}`;
  const { data } = await google.inspect<gmail_v1.Schema$MessagePartBody>(attachment);
  return { headers, part, bytes: Buffer.from(data ?? '', 'base64url') };
}

describe('Gmail, as another one plays Google', () => {
  it('is connected through the consent page, with a code that only our verifier opens', async () => {
    const { authorization, callback } = await consent();
    expect(Object.fromEntries(authorization.searchParams)).toMatchObject({
      scope: SCOPE,
      code_challenge_method: 'S256',
      access_type: 'offline',
    });
    const stolen = new URLSearchParams({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      client_id: client.id,
      client_secret: client.secret,
      redirect_uri: client.redirectUri,
      code_verifier: 'x'.repeat(43),
    });
    const refused = await fetch(`${google.origin}/token`, { method: 'POST', body: stolen });
    expect([refused.status, await refused.json()]).toEqual([400, expect.objectContaining({ error: 'invalid_grant' })]);

    const answer = await admin.get(callback.pathname + callback.search);
    expect(answer.body).toMatchObject({ success: true, test: { success: true, message: `Connected as ${MAILBOX}` } });
    expect(await app.configOf(connector)).toMatchObject({ refresh_token: expect.stringMatching(/^google_refresh_/) });
    expect((await admin.post(`/api/connectors/${connector}/activate`)).status).toBe(200);
  });

  it('sends a mail that reads there as it was written here, attachment and all', async () => {
    const content = randomBytes(200_000);
    const document = await upload(admin, 'report.bin', content);
    const sent = await delivered(admin, {
      subject: 'The report',
      cc: ['bob@example.com'],
      attachments: [document],
    });
    expect(sent).toMatchObject({ status: 'sent', provider_type: 'gmail' });

    const list = await google.inspect<gmail_v1.Schema$ListMessagesResponse>(
      '/gmail/v1/users/me/messages?labelIds=SENT',
    );
    expect(list.messages?.map(({ id }) => id)).toEqual([sent.remote_id]);
    const { headers, part, bytes } = await readThere(sent.remote_id);
    expect(headers).toMatchObject({
      From: MAILBOX,
      To: 'ada@example.com',
      Cc: 'bob@example.com',
      Subject: 'The report',
    });
    expect(part).toMatchObject({ filename: 'report.bin', mimeType: 'application/octet-stream' });
    expect(bytes.equals(content)).toBe(true);
  });

  it('gets an access token anew when the old one has ended', async () => {
    await expire();
    expect(await delivered(admin)).toMatchObject({ status: 'sent' });
    expect(grants().slice(-1)).toEqual(['refresh_token']);
    const [first, second] = bearers();
    expect(second).toMatch(/^Bearer google_/);
    expect(second).not.toBe(first);
  });

  it('asks for another consent when this one was revoked', async () => {
    const { refresh_token } = await app.configOf(connector);
    await google.inspect('/oauth2/revoke', 'POST', `token=${refresh_token}`);
    await expire();
    const mail = await settled(admin, `${MAILS}/${await accepted(admin)}`);
    expect(mail).toMatchObject({ status: 'failed', last_error: expect.stringContaining('consent') });
    const record = await admin.readConnector(connector);
    expect(record).toMatchObject({ status: 'error', status_message: expect.stringContaining('consent') });
  });

  it('is nothing but a process on this machine', () => {
    expect(watch.places()).toEqual({ inside: expect.arrayContaining(['127.0.0.1']), outside: [] });
    expect(google.front.unexpected).toEqual([]);
  });
});
