import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { drive_v3 } from '@googleapis/drive';
import type { ChatPostMessageResponse } from '@slack/web-api';
import { MemoryWatch } from '../memory-watch.js';
import { ContractFake } from './contract-fake.js';

const MIB = 1024 ** 2;
const LARGE = 64 * MIB;

interface Routes {
  'POST /files': drive_v3.Schema$File;
  'GET /files': drive_v3.Schema$FileList;
  'GET /files/:id': never;
  'POST /api/chat.postMessage': ChatPostMessageResponse;
}

let fake: ContractFake<Routes>;
beforeEach(async () => {
  fake = await ContractFake.start<Routes>();
});
afterEach(() => fake.stop());

function* generated(hash: Hash): Generator<Buffer> {
  const piece = randomBytes(MIB);
  for (let index = 0; index < LARGE / MIB; index += 1) {
    hash.update(piece);
    yield piece;
  }
}

function post(content: Buffer | Readable): Promise<Response> {
  const body = Buffer.isBuffer(content) ? content : Readable.toWeb(content);
  return fetch(`${fake.origin}/files`, { method: 'POST', body, duplex: 'half' });
}

describe('the body of a request to a contract fake', () => {
  it('of 64 MiB passes its route as a stream and leaves size and hash in the journal', async () => {
    const [sent, arrived] = [createHash('sha256'), createHash('sha256')];
    fake.on('POST /files', async ({ stream }, reply) => {
      await pipeline(stream, arrived);
      return reply({ id: 'f1' });
    });
    const watch = MemoryWatch.start();
    expect(await (await post(Readable.from(generated(sent)))).json()).toEqual({ id: 'f1' });
    expect(watch.stop()).toBeLessThan(16 * MIB);
    const sha256 = sent.digest('hex');
    expect(arrived.digest('hex')).toBe(sha256);
    expect(fake.journal).toEqual([expect.objectContaining({ size: LARGE, sha256, body: Buffer.alloc(0) })]);
  });

  it('is read to its end also by a route that does not look at it', async () => {
    fake.on('POST /files', (_request, reply) => reply({}));
    const body = randomBytes(3 * MIB);
    expect((await post(body)).status).toBe(200);
    expect(fake.journal[0]?.sha256).toBe(createHash('sha256').update(body).digest('hex'));
  });

  it('is kept byte by byte when it is small, and cannot be read whole when it is large', async () => {
    const refused: unknown[] = [];
    fake.on('POST /files', async (request, reply) => {
      await request.bytes().catch((error: unknown) => refused.push(error));
      return reply({});
    });
    const body = randomBytes(MIB);
    await post(body);
    expect(fake.journal[0]?.body.equals(body)).toBe(true);
    expect(refused).toEqual([]);
    await post(randomBytes(MIB + 1));
    expect(refused).toEqual([expect.objectContaining({ message: expect.stringContaining('as a stream') })]);
  });

  it('reaches the route up to the byte where the connection is cut', async () => {
    let size = 0;
    fake.on('POST /files', async ({ stream }, reply) => {
      for await (const chunk of stream as AsyncIterable<Buffer>) size += chunk.length;
      return reply({});
    });
    fake.failNext({ kind: 'cut', afterBytes: 1_000_001 });
    await expect(post(randomBytes(3 * MIB))).rejects.toThrow();
    expect([size, fake.journal[0]?.size]).toEqual([1_000_001, 1_000_001]);
  });
});

it('an answer of 64 MiB is streamed', async () => {
  const [sent, arrived] = [createHash('sha256'), createHash('sha256')];
  fake.on('GET /files/:id', () => ({ body: Readable.from(generated(sent)) }));
  const watch = MemoryWatch.start();
  const { body } = await fetch(`${fake.origin}/files/f1`);
  for await (const chunk of body ?? []) arrived.update(chunk as Uint8Array);
  expect(watch.stop()).toBeLessThan(16 * MIB);
  expect(arrived.digest('hex')).toBe(sent.digest('hex'));
});

it('takes no field, route or bare JSON that the types of the vendor do not know', () => {
  fake
    // @ts-expect-error Drive calls it `name`
    .on('POST /files', (_request, reply) => reply({ title: 'a' }))
    // @ts-expect-error sizes are text
    .on('GET /files', (_request, reply) => reply({ files: [{ size: 7 }] }))
    // @ts-expect-error Slack calls it `ts`
    .on('POST /api/chat.postMessage', (_request, reply) => reply({ ok: true, timestamp: '1' }))
    // @ts-expect-error JSON must pass `reply`
    .on('GET /files', () => ({ body: { files: [] } }))
    // @ts-expect-error there is no such route
    .on('GET /file', (_request, reply) => reply({}));
  expect(fake.journal).toEqual([]);
});
