import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { RemoteMissingError } from '../../src/core/connectors/index.js';
import type { StorageBackend } from '../../src/foundation/storage/contracts/index.js';
import { MemoryWatch } from '../support/memory-watch.js';

/** A backend with an empty place of its own. */
export interface StorageSubject {
  readonly backend: StorageBackend;
  /** Names of all that is stored, and of what unfinished writes left: to prove that nothing is. */
  traces(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface StorageSuiteOptions {
  /** A key that the peer can store and list; default one that asks much of encoding. */
  readonly unusualKey?: string;
  /** Bytes of the object of the memory test; default 200 MiB. */
  readonly largeSize?: number;
}

const MIB = 1024 ** 2;
const MEMORY_LIMIT = 64 * MIB;
const never = new AbortController().signal;

/** The promises of `StorageBackend`, asked of one implementation. Every storage provider runs this. */
export function describeStorageBackend(
  name: string,
  factory: () => Promise<StorageSubject>,
  options: StorageSuiteOptions = {},
): void {
  describe(`storage backend ${name}`, () => {
    let subject: StorageSubject;
    beforeAll(async () => {
      subject = await factory();
    });
    afterAll(() => subject.close());

    const key = (label = 'object') => `suite/${label}-${randomUUID()}`;
    const put = (at: string, content: Buffer | Readable, size?: number) =>
      subject.backend.put(at, Buffer.isBuffer(content) ? Readable.from([content]) : content, {
        contentType: 'application/octet-stream',
        signal: never,
        ...(size !== undefined && { size }),
      });
    const read = async (ref: string, range?: { start: number; end: number }): Promise<Buffer> => {
      const { body, size } = await subject.backend.get(ref, { signal: never, ...(range && { range }) });
      const content = await buffer(body);
      expect(content).toHaveLength(size);
      return content;
    };

    it('gives back what was put, and its size', async () => {
      const content = Buffer.from('hällo\0wörld');
      const stored = await put(key(), content, content.length);
      expect(stored).toEqual({ ref: expect.any(String), size: content.length });
      expect(await read(stored.ref)).toEqual(content);
      expect(await subject.backend.stat(stored.ref, { signal: never })).toEqual({
        size: content.length,
        modifiedAt: expect.any(Date),
      });
    });

    it.each([
      ['nothing', 0],
      ['exactly one part', 5 * MIB],
      ['12 MiB', 12 * MIB],
    ])('keeps %s byte by byte, with and without a known size', async (_label, size) => {
      const content = randomBytes(size);
      for (const known of [size, undefined]) {
        const stored = await put(key(), Readable.from(pieces(content)), known);
        expect(stored.size).toBe(size);
        expect(sha256(await read(stored.ref))).toBe(sha256(content));
      }
    });

    it('reads ranges', async () => {
      const content = randomBytes(100_000);
      const { ref } = await put(key(), content, content.length);
      for (const [start, end] of [
        [0, 0],
        [0, 9],
        [50_000, 60_000],
        [99_999, 99_999],
        [99_990, 200_000],
      ] as const) {
        const part = await read(ref, { start, end });
        expect({ start, sha256: sha256(part) }).toEqual({ start, sha256: sha256(content.subarray(start, end + 1)) });
      }
    });

    it('replaces what stood under the key', async () => {
      const at = key();
      const first = await put(at, Buffer.from('a longer first one'));
      const second = await put(at, Buffer.from('second'));
      expect(second.ref).toBe(first.ref);
      expect((await read(second.ref)).toString()).toBe('second');
    });

    it('says what is missing', async () => {
      const { ref } = await put(key(), Buffer.from('x'));
      await subject.backend.delete(ref, { signal: never });
      expect(await subject.backend.stat(ref, { signal: never })).toBeNull();
      await expect(subject.backend.get(ref, { signal: never })).rejects.toBeInstanceOf(RemoteMissingError);
    });

    it('deletes, and counts a missing object as deleted', async () => {
      const before = await subject.traces();
      const { ref } = await put(key(), Buffer.from('x'));
      await subject.backend.delete(ref, { signal: never });
      await subject.backend.delete(ref, { signal: never });
      expect(await subject.traces()).toEqual(before);
    });

    it('discards what stands under a key, and nothing else', async () => {
      const before = await subject.traces();
      const at = key();
      await put(at, Buffer.from('x'));
      const { ref } = await put(`${at}2`, Buffer.from('y'));
      for (let times = 0; times < 2; times++) await subject.backend.discard?.(at, { signal: never });
      expect(await refs(at)).toEqual([ref]);
      await subject.backend.delete(ref, { signal: never });
      expect(await subject.traces()).toEqual(before);
    });

    it('takes unusual keys', async () => {
      const at = `suite/${options.unusualKey ?? 'Übung 日本 +&=%2F?#(1)~!*.txt'}`;
      const { ref } = await put(at, Buffer.from('unusual'));
      expect((await read(ref)).toString()).toBe('unusual');
      expect(await subject.backend.stat(ref, { signal: never })).toMatchObject({ size: 7 });
      expect(await refs(at)).toEqual([ref]);
      await subject.backend.delete(ref, { signal: never });
      expect(await subject.backend.stat(ref, { signal: never })).toBeNull();
    });

    const refs = async (prefix: string, limit = 1000): Promise<string[]> => {
      const found: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await subject.backend.list(prefix, { limit, signal: never, ...(cursor !== null && { cursor }) });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        found.push(...page.items.map(({ ref }) => ref));
        cursor = page.nextCursor;
      } while (cursor !== null);
      return found;
    };

    it('lists by prefix, page by page, each object once', async () => {
      const run = `list-${randomUUID()}`;
      const stored = [];
      for (const label of ['a', 'b', 'c', 'd', 'e']) stored.push(await put(`${run}/${label}`, Buffer.from(label)));
      await put(`${run}-other/f`, Buffer.from('f'));
      const expected = stored.map(({ ref }) => ref).sort();
      expect((await refs(`${run}/`)).sort()).toEqual(expected);
      expect((await refs(`${run}/`, 2)).sort()).toEqual(expected);
      const { items } = await subject.backend.list(`${run}/`, { limit: 1, signal: never });
      expect(items).toEqual([{ ref: expect.any(String), size: 1 }]);
      expect(expected).toContain(items[0]?.ref);
      expect(await refs(`${run}/none`)).toEqual([]);
    });

    it.each([
      ['early', 1],
      ['in the middle of parts', 13 * MIB],
    ])('leaves nothing behind when a put is aborted %s', async (_label, bytes) => {
      const before = await subject.traces();
      const controller = new AbortController();
      const body = new PassThrough();
      const waiting = subject.backend.put(key(), body, { contentType: 'text/plain', signal: controller.signal });
      const outcome = expect(waiting).rejects.toThrow('no longer wanted');
      await written(body, bytes);
      controller.abort(new Error('no longer wanted'));
      await outcome;
      expect(body.destroyed).toBe(true);
      expect(await subject.traces()).toEqual(before);
    });

    it.each([1, 13 * MIB])('leaves nothing behind when its source fails after %d bytes', async (bytes) => {
      const before = await subject.traces();
      const source = async function* (): AsyncGenerator<Buffer> {
        yield* pieces(Buffer.alloc(bytes));
        throw new Error('the source broke');
      };
      await expect(put(key(), Readable.from(source()))).rejects.toThrow();
      expect(await subject.traces()).toEqual(before);
    });

    it.each([
      ['less', -1],
      ['more', 1],
    ])('stores nothing when there is %s than the announced size', async (_label, difference) => {
      const before = await subject.traces();
      for (const size of [10, 6 * MIB]) {
        await expect(put(key(), Readable.from(pieces(Buffer.alloc(size + difference))), size)).rejects.toThrow();
      }
      expect(await subject.traces()).toEqual(before);
    });

    it('ends a read when its caller gives up', async () => {
      const { ref } = await put(key(), randomBytes(6 * MIB));
      const controller = new AbortController();
      const { body } = await subject.backend.get(ref, { signal: controller.signal });
      controller.abort(new Error('no longer wanted'));
      await expect(buffer(body)).rejects.toThrow('no longer wanted');
    });

    it('does nothing for a caller who has given up before', async () => {
      const { ref } = await put(key(), Buffer.from('x'));
      const { backend } = subject;
      const call = { signal: AbortSignal.abort(new Error('no longer wanted')) };
      const body = Readable.from([Buffer.from('y')]);
      await expect(backend.put(key(), body, { contentType: 'text/plain', ...call })).rejects.toThrow(
        'no longer wanted',
      );
      await expect(backend.get(ref, call)).rejects.toThrow('no longer wanted');
      await expect(backend.stat(ref, call)).rejects.toThrow('no longer wanted');
      await expect(backend.delete(ref, call)).rejects.toThrow('no longer wanted');
      await expect(backend.list('', { limit: 1, ...call })).rejects.toThrow('no longer wanted');
      expect(await backend.stat(ref, { signal: never })).not.toBeNull();
    });

    it('holds little in memory, however large the object is', async () => {
      const size = options.largeSize ?? 200 * MIB;
      const written = createHash('sha256');
      const watch = MemoryWatch.start();
      const { ref, size: stored } = await put(key('large'), Readable.from(generated(size, written)));
      const { body } = await subject.backend.get(ref, { signal: never });
      const readBack = createHash('sha256');
      for await (const chunk of body) readBack.update(chunk as Buffer);
      const grown = watch.stop();
      await subject.backend.delete(ref, { signal: never });
      expect(stored).toBe(size);
      expect(readBack.digest('hex')).toBe(written.digest('hex'));
      expect(grown).toBeLessThan(MEMORY_LIMIT);
    });
  });
}

/** The content as a network would bring it. */
function* pieces(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += 64 * 1024) yield content.subarray(at, at + 64 * 1024);
}

async function written(body: PassThrough, bytes: number): Promise<void> {
  for (const piece of pieces(Buffer.alloc(bytes))) {
    if (!body.write(piece)) await new Promise((resolve) => body.once('drain', resolve));
  }
}

async function* generated(size: number, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
  const seed = randomBytes(64 * 1024);
  for (let at = 0; at < size; at += seed.length) {
    const piece = Buffer.from(seed.subarray(0, Math.min(seed.length, size - at)));
    piece.writeUInt32LE(at / seed.length);
    hash.update(piece);
    yield piece;
  }
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
