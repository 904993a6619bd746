import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ConnectionFailedError } from '../../src/core/connectors/index.js';
import type { StorageConnection } from '../../src/foundation/storage/contracts/index.js';
import { EndlessServer } from '../support/peers/endless-server.js';
import { startS3Peer, type S3Peer } from '../support/peers/s3-peer.js';
import { compatibleConnection } from '../support/s3-subject.js';

const MIB = 1024 ** 2;
/** By name: bytes of an upload, and which of its requests is meant. */
const UPLOAD_REQUESTS: readonly (readonly [name: string, bytes: number, matching: RegExp])[] = [
  ['the only request', 1_000, /^PUT /],
  ['the start of an upload', 11 * MIB, /^POST \S+\?uploads/],
  ['a part', 11 * MIB, /^PUT \S+partNumber=2/],
  ['the end of an upload', 11 * MIB, /^POST \S+uploadId=/],
];
const signal = new AbortController().signal;

describe('an S3 bucket over a bad network', () => {
  let peer: S3Peer;
  let connection: StorageConnection;
  beforeAll(async () => {
    peer = await startS3Peer();
    connection = compatibleConnection(peer);
  });
  afterEach(() => {
    peer.faults.fault = { kind: 'none' };
    peer.faults.struck = 0;
    peer.gate.denied = null;
    peer.gate.late = null;
    peer.gate.lost = null;
  });
  afterAll(async () => {
    await connection.dispose?.();
    await peer.stop();
  });

  const put = (bytes: number, key = 'object', from = signal) =>
    connection.put(key, Readable.from([Buffer.alloc(bytes, 7)]), {
      contentType: 'text/plain',
      size: bytes,
      signal: from,
    });

  async function failureOf(work: Promise<unknown>): Promise<ConnectionFailedError> {
    const error: unknown = await work.then(
      () => new Error('it worked'),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ConnectionFailedError);
    return error as ConnectionFailedError;
  }

  it('repeats a request that met a passing fault', async () => {
    peer.faults.fault = { kind: 'status', status: 503 };
    const waiting = connection.list('', { limit: 1, signal });
    while (peer.faults.struck === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    peer.faults.fault = { kind: 'none' };
    expect(await waiting).toMatchObject({ nextCursor: null });
  });

  it.each(UPLOAD_REQUESTS)('stores nothing when %s fails for good', async (_name, bytes, matching) => {
    const before = await peer.server.files();
    peer.faults.fault = { kind: 'status', status: 500, matching };
    expect((await failureOf(put(bytes))).message).toBe('The service is busy or has a fault');
    peer.faults.fault = { kind: 'none' };
    expect(await peer.server.files()).toEqual(before);
  });

  it.each(UPLOAD_REQUESTS)(
    'leaves nothing when its caller gives up, and %s is carried out after that',
    async (_name, bytes, matching) => {
      const before = await peer.server.files();
      peer.gate.late = { matching, ms: 300 };
      const earlier = peer.gate.delayed.length;
      const caller = new AbortController();
      const given = expect(put(bytes, 'late', caller.signal)).rejects.toThrow('enough');
      while (peer.gate.delayed.length === earlier) await new Promise((resolve) => setTimeout(resolve, 5));
      caller.abort(new Error('enough'));
      await given;
      await Promise.all(peer.gate.delayed);
      expect(await peer.server.files()).toEqual(before);
    },
  );

  describe('when the answer to the start of an upload is lost', () => {
    const START = /^POST \S+\?uploads/;
    const LIST = /^GET \S+[?&]uploads/;
    const discard = async (key: string, from = signal) => connection.discard?.(key, { signal: from });

    it('leaves no unfinished upload', async () => {
      const before = await peer.server.files();
      peer.gate.lost = { matching: START, times: Infinity };
      expect((await failureOf(put(11 * MIB))).message).toBe('The connection to the service broke off');
      expect(await peer.server.files()).toEqual(before);
    });

    it('leaves none either when the repetition went well', async () => {
      const before = await peer.server.files();
      peer.gate.lost = { matching: START, times: 1 };
      const { ref } = await put(11 * MIB, 'repeated');
      await connection.delete(ref, { signal });
      expect(await peer.server.files()).toEqual(before);
    });

    it('says no more than that to a key that may not list uploads; one that may discards them later', async () => {
      const before = await peer.server.files();
      peer.gate.lost = { matching: START, times: Infinity };
      peer.gate.denied = LIST;
      expect((await failureOf(put(11 * MIB, 'left'))).message).toBe('The connection to the service broke off');
      expect(await peer.server.files()).not.toEqual(before);
      await discard('left');
      expect(await peer.server.files()).not.toEqual(before);
      peer.gate.denied = null;
      await discard('lef');
      expect(await peer.server.files()).not.toEqual(before);
      await discard('left');
      expect(await peer.server.files()).toEqual(before);
    });

    it('does not count uploads as discarded that a fault or a caller who gave up kept it from listing', async () => {
      peer.faults.fault = { kind: 'status', status: 500, matching: LIST };
      expect((await failureOf(discard('left'))).message).toBe('The service is busy or has a fault');
      peer.faults.fault = { kind: 'delay', ms: 300 };
      const isListed = () => LIST.test(`${peer.gate.seen.at(-1)?.method} ${peer.gate.seen.at(-1)?.url}`);
      const caller = new AbortController();
      const given = expect(discard('left', caller.signal)).rejects.toThrow('enough');
      while (!isListed()) await new Promise((resolve) => setTimeout(resolve, 5));
      caller.abort(new Error('enough'));
      await given;
    });

    it.each([405, 501])(
      'discards what else is there where a service answers a list of uploads with %s',
      async (status) => {
        peer.faults.fault = { kind: 'status', status, matching: LIST };
        await discard('left');
      },
    );
  });

  it('does not wait long for a service that is silent when its caller gives up', async () => {
    const caller = new AbortController();
    peer.faults.fault = { kind: 'blackHole' };
    const given = expect(put(11 * MIB, 'silent', caller.signal)).rejects.toThrow('enough');
    while (peer.faults.struck === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    caller.abort(new Error('enough'));
    await given;
  });

  it.each([
    ['a list', (other: StorageConnection) => other.list('', { limit: 1, signal })],
    ['a delete', (other: StorageConnection) => other.delete('object', { signal })],
  ])('does not read the answer to %s without end', async (_name, call) => {
    const endless = await EndlessServer.start();
    const { port } = endless;
    const other = compatibleConnection({ ...peer, endpoint: `http://127.0.0.1:${port}`, port });
    expect((await failureOf(Promise.resolve(call(other)))).message).toContain('more than a call of its kind needs');
    expect(endless.sent).toBeLessThan(64 * MIB);
    await other.dispose?.();
    await endless.stop();
  });

  it('stops reading its source at the first failed part', async () => {
    peer.gate.denied = /partNumber=1/;
    let read = 0;
    const source = async function* (): AsyncGenerator<Buffer> {
      for (; read < 400; read += 1) yield Buffer.alloc(MIB);
    };
    const waiting = connection.put('endless', Readable.from(source()), { contentType: 'text/plain', signal });
    expect((await failureOf(waiting)).message).toBe('The access key lacks the permission');
    expect(read).toBeLessThan(40);
  });

  it('breaks a read whose connection is cut, instead of giving half an object as a whole one', async () => {
    const { ref } = await put(6 * MIB);
    peer.faults.fault = { kind: 'cut', direction: 'response', afterBytes: 2 * MIB };
    const { body } = await connection.get(ref, { signal });
    expect((await failureOf(buffer(body))).message).toBe('The service broke off while the object was read');
  });

  it('ends a call whose caller gives up while the service is silent', async () => {
    const { ref } = await put(10);
    peer.faults.fault = { kind: 'blackHole' };
    const calls: ((given: { signal: AbortSignal }) => Promise<unknown>)[] = [
      (given) => connection.get(ref, given),
      (given) => connection.stat(ref, given),
      (given) => connection.delete(ref, given),
      (given) => connection.list('', { limit: 1, ...given }),
    ];
    for (const call of calls) {
      peer.faults.struck = 0;
      const controller = new AbortController();
      const waiting = call({ signal: controller.signal });
      const ended = expect(waiting).rejects.toThrow('enough');
      while (peer.faults.struck === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(new Error('enough'));
      await ended;
    }
  });

  it('closes its sockets when it is disposed of, also busy ones', async () => {
    const other = compatibleConnection(peer);
    peer.faults.fault = { kind: 'blackHole' };
    const waiting = failureOf(other.stat('object', { signal }));
    while (peer.faults.struck === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await other.dispose?.();
    await waiting;
    await connection.dispose?.();
    await peer.faults.idle();
    connection = compatibleConnection(peer);
  });

  it('tells neither keys nor what the service wrote', async () => {
    const wrong = compatibleConnection(peer, { secret_key: 'a-wrong-secret' });
    const error = await failureOf(wrong.list('', { limit: 1, signal }));
    expect(error.message).toBe('The secret access key does not fit the access key');
    expect(`${error.message}${JSON.stringify(error)}`).not.toMatch(/provider text|a-wrong-secret|StringToSign/);
    await wrong.dispose?.();
  });
});
