import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createHash, randomBytes, type Hash } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { MemoryWatch } from '../support/memory-watch.js';
import { GoogleFake } from '../support/peers/google-fake.js';

const MIB = 1024 ** 2;
const SIZE = 64 * MIB;
const DOCUMENTS = '/api/storage/documents';
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
  for (let left = SIZE; left > 0; left -= MIB) {
    const piece = randomBytes(MIB);
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

it('a document of 64 MiB goes to Drive and comes back unchanged, and the memory stays flat', async () => {
  const { id: connector } = await admin.createConnector({
    provider_type: 'google_drive',
    is_default: true,
    param_ids: Object.entries({
      client_id: 'client',
      client_secret: 'secret',
      refresh_token: 'good-refresh',
      folder_id: 'folder',
    }).map(([key, value]) => ({ key, value })),
  });
  for (const step of ['test', 'activate']) {
    expect(await admin.post(`/api/connectors/${connector}/${step}`)).toMatchObject({ status: 200 });
  }

  const [sent, received] = [createHash('sha256'), createHash('sha256')];
  const watch = MemoryWatch.start();
  const upload = open('POST', DOCUMENTS, { 'content-type': 'multipart/form-data; boundary=b' });
  await pipeline(form(sent), upload.call);
  const stored = await upload.answer;
  const document = (await json(stored)) as { id: string; size: number };
  const download = open('GET', `${DOCUMENTS}/${document.id}/content`);
  download.call.end();
  await pipeline(await download.answer, received);
  const grown = watch.stop();

  expect({ status: stored.statusCode, size: document.size }).toEqual({ status: 201, size: SIZE });
  expect(received.digest('hex')).toBe(sent.digest('hex'));
  expect(grown).toBeLessThan(32 * MIB);

  const pieces = google.http.seen('PUT /upload/drive/v3/files');
  expect(pieces.map(({ headers }) => headers['content-range'])).toEqual(
    Array.from({ length: 16 }, (_, index) => {
      const end = (index + 1) * 4 * MIB;
      return `bytes ${end - 4 * MIB}-${end - 1}/${end === SIZE ? SIZE : '*'}`;
    }),
  );
  expect(google.http.unexpected).toEqual([]);
});
