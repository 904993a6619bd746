import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { OrphanCollector } from '../../src/foundation/storage/documents/orphan-collector.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { DOCUMENTS, namesSeenBy, routeToMemory, rowsOf, upload, until, uploaded } from './documents.js';
import { MemoryStorageModule, MemoryStorageProvider } from './memory-storage.js';

const MEBIBYTE = 1024 ** 2;
const MAX_UPLOAD = 3 * MEBIBYTE;
const HEAD = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.bin"\r\n\r\n';
const TAIL = '\r\n--b--\r\n';

let app: TestApp;
let memory: MemoryStorageProvider;
let admin: TestClient;
beforeAll(async () => {
  app = await startTestApp({ imports: [MemoryStorageModule], env: { EDE_MAX_UPLOAD: String(MAX_UPLOAD) } });
  memory = app.get(MemoryStorageProvider);
});
let organizations = 0;
beforeEach(async () => {
  admin = await app.signIn(`Organization ${(organizations += 1)}`);
});
afterEach(() => {
  memory.faults = {};
  memory.objects.clear();
});
afterAll(() => app.close());

/** An upload under the hands of the spec. */
function openUpload(headers: Record<string, string> = {}): ClientRequest {
  const open = request(`${app.url}${DOCUMENTS}`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=b', cookie: admin.sessionCookie ?? '', ...headers },
  });
  open.on('error', () => undefined);
  open.write(HEAD);
  return open;
}

async function filesOnDisk(): Promise<string[]> {
  const folder = join(app.settings.dataDir, 'storage');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

const ownRows = async () => (await rowsOf(app)).filter((row) => row['organization_id'] === admin.organizationId);

describe('an upload that the client gives up', () => {
  it.each(['local', 'connector', 'hanging connector'])('leaves nothing (%s)', async (place) => {
    const before = await filesOnDisk();
    if (place !== 'local') await routeToMemory(admin);
    if (place === 'hanging connector') memory.faults = { put: 'hang' };
    const open = openUpload();
    open.write(randomBytes(place === 'hanging connector' ? 1000 : MEBIBYTE));
    await until(async () => (await ownRows()).length === 1);
    open.destroy();
    await until(async () => (await ownRows()).length === 0);
    expect(await filesOnDisk()).toEqual(before);
    expect(memory.objects.size).toBe(0);
    expect(memory.open).toBe(0);
  });
});

describe('an upload that is larger than allowed', () => {
  it('passes up to the last byte of the limit', async () => {
    expect((await uploaded(admin, randomBytes(MAX_UPLOAD))).size).toBe(MAX_UPLOAD);
  });

  it.each(['local', 'connector'])('is answered 413 at one byte more, and leaves nothing (%s)', async (place) => {
    const before = await filesOnDisk();
    if (place !== 'local') await routeToMemory(admin);
    const answer = await upload(admin, randomBytes(MAX_UPLOAD + 1));
    expect(answer.body).toMatchObject({ status: 413, code: 'document_too_large' });
    expect(await ownRows()).toEqual([]);
    expect(await filesOnDisk()).toEqual(before);
    expect(memory.objects.size).toBe(0);
  });

  it('is answered without waiting for its bytes when it tells its length', async () => {
    const open = openUpload({ 'content-length': String(10 ** 12) });
    const answer = await new Promise<IncomingMessage>((resolve) => open.once('response', resolve));
    expect(answer.statusCode).toBe(413);
    open.destroy();
  });
});

describe('a client that sends first and listens then', () => {
  it('hears why it was refused, and can use its connection again', async () => {
    const stranger = await app.signIn(`Organization ${(organizations += 1)}`, 'member');
    const organization_id = admin.organizationId;
    for (const [client, query] of [
      [stranger, {}],
      [admin, { organization_id: stranger.organizationId }],
      [admin, { purpose: 'nonsense' }],
    ] as const) {
      const answer = await upload(client, randomBytes(2 * MEBIBYTE), { query });
      expect([400, 403, 404]).toContain(answer.status);
    }
    expect((await admin.get(`${DOCUMENTS}?organization_id=${organization_id}`)).status).toBe(200);
  });
});

describe('Idempotency-Key', () => {
  const key = (value: string) => ({ headers: { 'idempotency-key': value } });

  it('gives the first answer again for the same file, and keeps one document', async () => {
    const first = await upload(admin, 'same', key('k1'));
    const again = await upload(admin, 'same', key('k1'));
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(await namesSeenBy(admin)).toHaveLength(1);
    expect((await ownRows()).map((row) => row['state'])).toEqual(['stored']);
  });

  it.each([
    ['other bytes', 'other', {}],
    ['another name', 'same', { name: 'other.txt' }],
    ['another purpose', 'same', { fields: { purpose: 'config' } }],
  ])('refuses %s under the same key', async (_, content, options) => {
    await upload(admin, 'same', key('k2'));
    const other = await upload(admin, content, { ...options, ...key('k2') });
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency_mismatch' });
    expect(await ownRows()).toHaveLength(1);
  });

  it('lets one of several uploads at once through', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => upload(admin, 'same', key('k3'))));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
    const ids = answers.filter(({ status }) => status === 201).map(({ body }) => (body as { id: string }).id);
    expect(new Set(ids).size).toBe(1);
    expect(await ownRows()).toHaveLength(1);
  });

  it('is free again after a failure', async () => {
    await routeToMemory(admin);
    memory.faults = { put: 'refuse' };
    expect((await upload(admin, 'same', key('k4'))).status).toBe(502);
    memory.faults = {};
    expect((await upload(admin, 'same', key('k4'))).status).toBe(201);
  });

  it('is not used up by an upload that ends with a field too many', async () => {
    const open = openUpload({ 'idempotency-key': 'k5' });
    const answered = new Promise<IncomingMessage>((resolve) => open.once('response', resolve));
    open.end('same\r\n--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nconfig' + TAIL);
    expect((await answered).statusCode).toBe(400);
    (await answered).resume();
    expect((await upload(admin, 'same', key('k5'))).status).toBe(201);
  });
});

describe('a server whose connection to a client is slow', () => {
  it('does not take an unfinished upload for a document', async () => {
    const open = openUpload();
    open.write(randomBytes(MEBIBYTE));
    await until(async () => (await ownRows()).length === 1);
    expect(await namesSeenBy(admin)).toEqual([]);
    const answered = new Promise<IncomingMessage>((resolve) => open.once('response', resolve));
    open.end(TAIL);
    expect((await answered).statusCode).toBe(201);
    (await answered).resume();
    expect(await namesSeenBy(admin)).toEqual(['a.bin']);
  });

  it.each([
    ['local', 503, 'local_storage_failed'],
    ['connector', 409, 'upload_abandoned'],
  ])('and leaves nothing when that was taken for abandoned meanwhile (%s)', async (place, status, code) => {
    if (place !== 'local') await routeToMemory(admin);
    const before = await filesOnDisk();
    const open = openUpload();
    open.write(randomBytes(MEBIBYTE));
    await until(async () => (await ownRows()).length === 1);
    await app.get(DataSource).query(`UPDATE storage_document SET touched_at = now() - interval '1 hour'`);
    await app.get(OrphanCollector).collect();
    expect(await ownRows()).toEqual([]);
    const answered = new Promise<IncomingMessage>((resolve) => open.once('response', resolve));
    open.end(TAIL);
    expect(await json(await answered)).toMatchObject({ status, code });
    expect(await filesOnDisk()).toEqual(before);
    expect(memory.objects.size).toBe(0);
  });
});

describe('a disk that fails', () => {
  it('is answered 503, and the upload is cleaned up when it works again', async () => {
    const broken = await startTestApp();
    try {
      const client = await broken.signIn('acme');
      const folder = join(broken.settings.dataDir, 'storage');
      await mkdir(broken.settings.dataDir, { recursive: true });
      await writeFile(folder, 'in the way');
      expect((await upload(client, 'a')).body).toMatchObject({ status: 503, code: 'local_storage_failed' });
      expect(await rowsOf(broken)).toEqual([]);
      await rm(folder);
      expect((await upload(client, 'a')).status).toBe(201);
    } finally {
      await broken.close();
    }
  });
});
