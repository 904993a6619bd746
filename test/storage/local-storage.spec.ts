import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Settings } from '../../src/core/config/index.js';
import { LocalStorageBackend } from '../../src/foundation/storage/local/local-storage.backend.js';

const { signal } = new AbortController();
const contentType = 'text/plain';
let home: string;
let storage: LocalStorageBackend;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ede-local-'));
  storage = new LocalStorageBackend({ dataDir: home } as Settings);
});
afterEach(() => rm(home, { recursive: true, force: true }));

const put = (key: string, content: Buffer | string) =>
  storage.put(key, Readable.from([Buffer.from(content)]), { signal, contentType });
const read = async (ref: string, range?: { start: number; end: number }) =>
  buffer((await storage.get(ref, { signal, ...(range && { range }) })).body);

async function files(): Promise<string[]> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe('LocalStorageBackend', () => {
  it('gives back what was put, whole and in parts', async () => {
    const content = randomBytes(700_000);
    expect(await put('org/ab/one', content)).toEqual({ ref: 'org/ab/one', size: 700_000 });
    expect(content.equals(await read('org/ab/one'))).toBe(true);
    expect(content.subarray(5, 300_001).equals(await read('org/ab/one', { start: 5, end: 300_000 }))).toBe(true);
    expect((await read('org/ab/one', { start: 699_999, end: 10_000_000 })).length).toBe(1);
    expect(await storage.stat('org/ab/one', { signal })).toEqual({ size: 700_000, modifiedAt: expect.any(Date) });
  });

  it('keeps files and folders to its own user', async () => {
    await put('org/one', 'x');
    expect((await stat(join(home, 'storage', 'org', 'one.bin'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(home, 'storage', 'org'))).mode & 0o777).toBe(0o700);
  });

  it('keeps keys that look like ways out below its root', async () => {
    for (const key of ['../../escape', '..', './a', 'a/../../../b', '.incoming/x']) {
      await put(key, key);
      expect((await read(key)).toString()).toBe(key);
    }
    expect(await readdir(home)).toEqual(['storage']);
    expect((await readdir(join(home, 'storage', '.incoming'))).length).toBe(0);
  });

  it('replaces an object whole', async () => {
    await put('k', 'a long first content');
    await put('k', 'second');
    expect((await read('k')).toString()).toBe('second');
    expect(await files()).toEqual(['k.bin']);
  });

  it('leaves nothing of a put that broke, and the old object as it was', async () => {
    await put('k', 'old');
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('half');
        throw new Error('socket');
      })(),
    );
    await expect(storage.put('k', broken, { signal, contentType })).rejects.toMatchObject({
      code: 'local_storage_failed',
    });
    await expect(
      storage.put('k', Readable.from([Buffer.from('abc')]), { signal, contentType, size: 4 }),
    ).rejects.toMatchObject({ code: 'connection_failed' });
    expect(await files()).toEqual(['k.bin']);
    expect((await read('k')).toString()).toBe('old');
  });

  it('leaves nothing of a put that was aborted, and tells why', async () => {
    const abort = new AbortController();
    const endless = new Readable({ read: () => undefined });
    endless.push('start');
    const running = storage.put('k', endless, { signal: abort.signal, contentType });
    const reason = new Error('gone');
    abort.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(await files()).toEqual([]);
    expect(endless.destroyed).toBe(true);
  });

  it('refuses what would fill the disk before it writes a byte', async () => {
    const size = 2 ** 50;
    await expect(
      storage.put('k', Readable.from([Buffer.from('x')]), { signal, contentType, size }),
    ).rejects.toMatchObject({ code: 'storage_full' });
    expect(await files()).toEqual([]);
  });

  it('tells a missing object from a disk that fails', async () => {
    await expect(storage.get('nothing/here', { signal })).rejects.toMatchObject({ code: 'remote_missing' });
    expect(await storage.stat('nothing/here', { signal })).toBeNull();
    await storage.delete('nothing/here', { signal });
    await mkdir(join(home, 'storage'), { recursive: true });
    await writeFile(join(home, 'storage', 'blocked'), '');
    await expect(put('blocked/k', 'x')).rejects.toMatchObject({ code: 'local_storage_failed' });
  });

  it('removes with an object what a killed process left of it', async () => {
    await put('k', 'x');
    const incoming = join(home, 'storage', '.incoming');
    let draft = '';
    const slow = new Readable({ read: () => undefined });
    slow.push('half');
    const abort = new AbortController();
    const running = storage.put('k', slow, { signal: abort.signal, contentType }).catch(() => undefined);
    while (draft === '') draft = (await readdir(incoming))[0] ?? '';
    abort.abort();
    await running;
    await writeFile(join(incoming, draft), 'left behind');
    await writeFile(join(incoming, 'of-another-key'), 'still being written');

    await storage.delete('k', { signal });
    expect(await files()).toEqual(['of-another-key']);
  });

  it('lists by prefix, page by page', async () => {
    const keys = ['a/1', 'a/2', 'a/b/3', 'a', 'ab/4', 'b/Ä', `long/${'x'.repeat(500)}`];
    for (const key of keys) await put(key, key);
    const listed = async (prefix: string, limit: number) => {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await storage.list(prefix, { signal, limit, ...(cursor !== undefined && { cursor }) });
        expect(page.items.length).toBeLessThanOrEqual(limit);
        found.push(...page.items.map(({ ref }) => ref));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return found.sort();
    };
    expect(await listed('', 1)).toEqual([...keys].sort());
    expect(await listed('a/', 2)).toEqual(['a/1', 'a/2', 'a/b/3']);
    expect(await listed('a', 100)).toEqual(['a', 'a/1', 'a/2', 'a/b/3', 'ab/4']);
    expect(await listed('long/xx', 100)).toEqual([keys.at(-1)]);
    expect(await listed('nothing', 100)).toEqual([]);
  });

  it('ends a reading that is aborted', async () => {
    await put('k', randomBytes(5_000_000));
    const abort = new AbortController();
    const { body } = await storage.get('k', { signal: abort.signal });
    const reading = buffer(body);
    abort.abort(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
  });
});
