import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHash, generateKeyPairSync, randomBytes, type Hash } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { DOCUMENTS, download, rowsOf, upload, uploaded } from '../storage/documents.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { MemoryWatch } from '../support/memory-watch.js';
import { GoogleFake } from '../support/peers/google-fake.js';

const MIB = 1024 ** 2;
const SIZE = 64 * MIB;
const PIECE = 64 * 1024;
const BY_CONSENT = {
  client_id: 'client',
  client_secret: 'secret',
  refresh_token: 'good-refresh',
  folder_id: GoogleFake.FOLDER,
};
const HEAD = '--b\r\ncontent-disposition: form-data; name="file"; filename="large.bin"\r\n\r\n';

let google: GoogleFake;
let app: TestApp;
let admin: TestClient;
beforeAll(async () => {
  google = await GoogleFake.start();
  google.scope = 'https://www.googleapis.com/auth/drive.file';
  const origins = ['https://oauth2.googleapis.com', 'https://www.googleapis.com'];
  app = await startTestApp({
    env: {
      EDE_EGRESS_ALLOW: new URL(google.origin).host,
      EDE_ENDPOINT_OVERRIDES: JSON.stringify(Object.fromEntries(origins.map((origin) => [origin, google.origin]))),
      EDE_MAX_UPLOAD: String(2 * SIZE),
    },
  });
  admin = await app.setUp();
});
afterAll(async () => {
  await app.close();
  await google.stop();
});

function* form(hash: Hash): Generator<string | Buffer> {
  yield HEAD;
  for (let left = SIZE; left > 0; left -= PIECE) {
    const piece = randomBytes(PIECE);
    hash.update(piece);
    yield piece;
  }
  yield '\r\n--b--\r\n';
}

function open(method: string, path: string, headers: Record<string, string> = {}) {
  const call = request(`${app.url}${path}`, { method, headers: { cookie: admin.sessionCookie ?? '', ...headers } });
  return {
    call,
    answer: new Promise<IncomingMessage>((resolve, reject) => call.on('response', resolve).on('error', reject)),
  };
}

async function connect(params: Record<string, string>): Promise<string> {
  const param_ids = Object.entries(params).map(([key, value]) => ({ key, value }));
  const { id } = await admin.createConnector({ provider_type: 'google_drive', param_ids });
  for (const step of ['test', 'activate']) {
    expect(await admin.post(`/api/connectors/${id}/${step}`)).toMatchObject({ status: 200 });
  }
  expect((await admin.patch(`/api/connectors/${id}`, { is_default: true })).status).toBe(200);
  return id as string;
}

it('asks for the least scope, and for a refresh token, with the client of an imported file', async () => {
  const { id } = await admin.createConnector({ provider_type: 'google_drive' });
  const web = { client_id: 'imported', client_secret: 'secret', auth_uri: 'https://accounts.google.com/o/oauth2/auth' };
  expect((await admin.post(`/api/connectors/${id}/import-config`, { json_data: { web } })).status).toBe(200);
  const { authorization_url } = (await admin.post(`/api/connectors/${id}/oauth/authorize`)).body;
  expect(Object.fromEntries(new URL(authorization_url as string).searchParams)).toMatchObject({
    client_id: 'imported',
    scope: 'https://www.googleapis.com/auth/drive.file',
    access_type: 'offline',
    prompt: 'consent',
  });
});

it('signs in as a service account that acts for a user', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const service_account = JSON.stringify({
    type: 'service_account',
    client_email: 'robot@project.iam.gserviceaccount.com',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    private_key_id: 'key-1',
  });
  const id = await connect({ service_account, subject: 'ada@acme.example', folder_id: GoogleFake.FOLDER });
  const document = await uploaded(admin, 'from a robot');
  expect(document).toMatchObject({ connector_id: id });
  expect(String((await download(admin, document.id)).body)).toBe('from a robot');
  const [call] = google.http.seen('POST /token');
  const form = new URLSearchParams(String(call?.body));
  const claims = Buffer.from(form.get('assertion')?.split('.')[1] ?? '', 'base64url').toString();
  expect([form.get('grant_type'), JSON.parse(claims)]).toEqual([
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    expect.objectContaining({ sub: 'ada@acme.example', scope: 'https://www.googleapis.com/auth/drive' }),
  ]);
});

it('a document of 64 MiB goes to Drive and comes back unchanged, and the memory stays flat', async () => {
  await connect(BY_CONSENT);
  google.http.journal.length = 0;

  const [sent, received] = [createHash('sha256'), createHash('sha256')];
  const watch = MemoryWatch.start();
  const upload = open('POST', DOCUMENTS, { 'content-type': 'multipart/form-data; boundary=b' });
  await pipeline(form(sent), upload.call);
  const stored = await upload.answer;
  const document = (await json(stored)) as { id: string; size: number };
  const reading = open('GET', `${DOCUMENTS}/${document.id}/content`);
  reading.call.end();
  await pipeline(await reading.answer, received);
  const grown = watch.stop();

  expect({ status: stored.statusCode, size: document.size }).toEqual({ status: 201, size: SIZE });
  expect(received.digest('hex')).toBe(sent.digest('hex'));
  expect(grown).toBeLessThan(24 * MIB);

  const pieces = google.http.seen('PUT /upload/drive/v3/files');
  expect(pieces.map(({ headers }) => headers['content-range'])).toEqual(
    Array.from({ length: 16 }, (_, index) => {
      const end = (index + 1) * 4 * MIB;
      return `bytes ${end - 4 * MIB}-${end - 1}/${end === SIZE ? SIZE : '*'}`;
    }),
  );
  expect(google.http.unexpected).toEqual([]);
});

it('an upload that fails leaves nothing, and is not looked for in the whole folder', async () => {
  await connect(BY_CONSENT);
  for (let at = 0; at < 2_000; at++) google.store(`other-${at}`, GoogleFake.FOLDER);
  const before = [google.files.size, (await rowsOf(app)).length];
  google.http.journal.length = 0;
  google.http.failNextOf('PUT /upload/drive/v3/files', { kind: 'answer', answer: { status: 403 } });
  expect((await upload(admin, 'refused')).status).toBe(502);
  expect([google.files.size, (await rowsOf(app)).length]).toEqual(before);
  expect(google.http.seen('GET /drive/v3/files').length).toBeLessThan(5);
});
