import { createHash, randomBytes, type Hash } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import { OrphanCollector } from '../../src/foundation/storage/documents/orphan-collector.js';
import { startTestApp, type TestApp } from '../support/app.js';
import type { TestClient } from '../support/client.js';
import { MemoryWatch } from '../support/memory-watch.js';
import { startS3Peer, type S3Peer } from '../support/peers/s3-peer.js';
import { DOCUMENTS, download, namesSeenBy, rowsOf, upload, uploaded } from './documents.js';

// Much is written to disk, also by others at the same time.
jest.setTimeout(300_000);

const MEBIBYTE = 1024 ** 2;
const LARGE = 200 * MEBIBYTE;
const MEMORY_LIMIT = 96 * MEBIBYTE;

let peer: S3Peer;
let app: TestApp;
let admin: TestClient;
let connectorId: string;
beforeAll(async () => {
  peer = await startS3Peer();
  app = await startTestApp({ env: { EDE_EGRESS_ALLOW: `127.0.0.1:${peer.port}` } });
});
let organizations = 0;
let filesBefore: string[];
beforeEach(async () => {
  admin = await app.signIn(`Organization ${(organizations += 1)}`);
  connectorId = await routeToPeer(admin);
  filesBefore = await peer.server.files();
});
afterEach(() => {
  peer.faults.fault = { kind: 'none' };
  peer.gate.denied = null;
});
afterAll(async () => {
  await app.close();
  await peer.stop();
});

const ownRows = async () => (await rowsOf(app)).filter((row) => row['organization_id'] === admin.organizationId);

async function routeToPeer(client: TestClient): Promise<string> {
  const params = {
    endpoint: peer.endpoint,
    region: peer.keys.region,
    bucket: peer.bucket,
    access_key: peer.keys.accessKey,
    secret_key: peer.keys.secretKey,
    prefix: 'ede',
  };
  const { id } = (await client.createConnector({
    is_default: true,
    param_ids: Object.entries(params).map(([key, value]) => ({ key, value })),
  })) as { id: string };
  for (const action of ['test', 'activate']) {
    const answer = await client.post(`/api/connectors/${id}/${action}`, {});
    if (answer.status !== 200) throw new Error(`${action} answered ${answer.status}: ${answer.text}`);
  }
  return id;
}

/** So many bytes that no compression or cache would shrink; they are hashed on their way. */
async function* generated(size: number, hash: Hash): AsyncGenerator<Buffer> {
  const seed = randomBytes(64 * 1024);
  for (let at = 0; at < size; at += seed.length) {
    const piece = Buffer.from(seed.subarray(0, Math.min(seed.length, size - at)));
    piece.writeUInt32LE(at / seed.length);
    hash.update(piece);
    yield piece;
  }
}

async function streamUp(size: number, hash: Hash): Promise<{ id: string; sha256: string; size: number }> {
  const headers = { 'content-type': 'multipart/form-data; boundary=b', cookie: admin.sessionCookie ?? '' };
  const open = request(`${app.url}${DOCUMENTS}`, { method: 'POST', headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    open.once('response', resolve);
    open.once('error', reject);
  });
  const body = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from('--b\r\ncontent-disposition: form-data; name="file"; filename="large.bin"\r\n\r\n');
    yield* generated(size, hash);
    yield Buffer.from('\r\n--b--\r\n');
  };
  await pipeline(Readable.from(body(), { objectMode: false }), open);
  const chunks: Buffer[] = [];
  for await (const chunk of await answered) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as { id: string; sha256: string; size: number };
}

async function streamDown(id: string): Promise<string> {
  const hash = createHash('sha256');
  const answer = await fetch(`${app.url}${DOCUMENTS}/${id}/content`, {
    headers: { cookie: admin.sessionCookie ?? '' },
  });
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) hash.update(chunk);
  return hash.digest('hex');
}

describe('documents in a bucket', () => {
  it('go there, come back whole and in parts, and are gone after a delete', async () => {
    const content = randomBytes(7 * MEBIBYTE);
    const document = await uploaded(admin, content, { name: 'Übung.bin' });
    expect(document).toMatchObject({ connector_id: connectorId, size: content.length });
    expect(content.equals((await download(admin, document.id)).body as Buffer)).toBe(true);
    const part = await download(admin, document.id, { range: `bytes=${5 * MEBIBYTE}-` });
    expect(part.status).toBe(206);
    expect(content.subarray(5 * MEBIBYTE).equals(part.body as Buffer)).toBe(true);
    const head = await admin.head(`${DOCUMENTS}/${document.id}/content`);
    expect(head.headers['content-length']).toBe(String(content.length));
    expect((await admin.delete(`${DOCUMENTS}/${document.id}`)).status).toBe(204);
    expect(await peer.server.files()).toEqual(filesBefore);
  });

  it('stay readable when the connector is disabled', async () => {
    const { id } = await uploaded(admin, 'remote');
    await admin.post(`/api/connectors/${connectorId}/deactivate`, {});
    expect(((await download(admin, id)).body as Buffer).toString()).toBe('remote');
    expect((await admin.delete(`${DOCUMENTS}/${id}`)).status).toBe(204);
  });

  it('of 200 MiB pass without being held in memory', async () => {
    const hash = createHash('sha256');
    const watch = MemoryWatch.start();
    const document = await streamUp(LARGE, hash);
    const sha256 = hash.digest('hex');
    expect(document).toMatchObject({ size: LARGE, sha256 });
    expect(await streamDown(document.id)).toBe(sha256);
    expect(watch.stop()).toBeLessThan(MEMORY_LIMIT);
    expect((await admin.delete(`${DOCUMENTS}/${document.id}`)).status).toBe(204);
    expect(await peer.server.files()).toEqual(filesBefore);
  });
});

describe('a bucket that fails', () => {
  const nothingIsLeft = async () => {
    expect(await namesSeenBy(admin)).toEqual([]);
    await app.get(DataSource).query(`UPDATE storage_document SET touched_at = now() - interval '1 hour'`);
    peer.faults.fault = { kind: 'none' };
    peer.gate.denied = null;
    await app.get(OrphanCollector).collect();
    expect(await ownRows()).toEqual([]);
    expect(await peer.server.files()).toEqual(filesBefore);
  };

  it.each([
    ['answers 503', { kind: 'status', status: 503 }],
    ['answers 500 to writes', { kind: 'status', status: 500, matching: /^(PUT|POST)/ }],
    ['is cut in the middle', { kind: 'cut', direction: 'request', afterBytes: 3 * MEBIBYTE }],
  ] as const)('while it stores and %s: 502, and nothing is stored', async (_, fault) => {
    peer.faults.fault = fault;
    const answer = await upload(admin, randomBytes(8 * MEBIBYTE));
    expect(answer.body).toMatchObject({ status: 502, code: 'connection_failed' });
    await nothingIsLeft();
  });

  it('while it stores and its answer is lost: 502, and nothing is stored', async () => {
    peer.faults.fault = { kind: 'cut', direction: 'response', afterBytes: 0 };
    expect((await upload(admin, 'small')).body).toMatchObject({ status: 502, code: 'connection_failed' });
    await nothingIsLeft();
  });

  it('because the key may not write: 502, and nothing is stored', async () => {
    peer.gate.denied = /^(PUT|POST) /;
    expect((await upload(admin, 'a')).body).toMatchObject({ status: 502, code: 'connection_failed' });
    await nothingIsLeft();
  });

  it('because the egress policy no longer allows its address: 502', async () => {
    const strict = await startTestApp({ env: { EDE_EGRESS_ALLOW: `127.0.0.1:${peer.port}` } });
    try {
      const other = await strict.signIn('acme');
      const id = await routeToPeer(other);
      const sql = `UPDATE ir_connector SET status = 'connected' WHERE id = $1`;
      await other.patch(`/api/connectors/${id}`, {
        param_ids: [
          { key: 'endpoint', value: 'http://127.0.0.1:1' },
          { key: 'secret_key', value: peer.keys.secretKey },
        ],
      });
      await strict.get(DataSource).query(sql, [id]);
      expect((await upload(other, 'a')).body).toMatchObject({ status: 502 });
      expect(await rowsOf(strict)).toMatchObject([{ state: 'deleting' }]);
    } finally {
      await strict.close();
    }
  });

  it('leaves nothing when an upload is refused after its bytes were stored', async () => {
    const file = { filename: 'a.txt', contentType: 'text/plain' };
    const answer = await admin.raw('post', DOCUMENTS).attach('file', Buffer.from('a'), file).field('purpose', 'config');
    expect(answer.status).toBe(400);
    expect(await ownRows()).toEqual([]);
    expect(await peer.server.files()).toEqual(filesBefore);
  });

  it('while it is read never passes a part for the whole', async () => {
    const { id } = await uploaded(admin, randomBytes(4 * MEBIBYTE));
    peer.faults.fault = { kind: 'cut', direction: 'response', afterBytes: MEBIBYTE };
    await expect(streamDown(id)).rejects.toThrow();
    peer.faults.fault = { kind: 'none' };
    expect((await admin.delete(`${DOCUMENTS}/${id}`)).status).toBe(204);
  });
});
