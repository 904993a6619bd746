import { tmpdir } from 'node:os';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from '@jest/globals';
import { assertFreeSpace, FreeSpaceGuard } from './free-space.js';
import { StorageFullError } from './local-storage.errors.js';

const MEBIBYTE = 1024 ** 2;
const MORE_THAN_ANY_DISK = 2 ** 60;

async function write(guard: FreeSpaceGuard, mebibytes: number): Promise<void> {
  const chunks = Array.from({ length: mebibytes }, () => Buffer.alloc(MEBIBYTE));
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  await pipeline(Readable.from(chunks), guard, nowhere);
}

describe('free space', () => {
  it('is asked for before a write', async () => {
    await expect(assertFreeSpace(tmpdir(), 0, 0)).resolves.toBeUndefined();
    await expect(assertFreeSpace(tmpdir(), MORE_THAN_ANY_DISK, 0)).rejects.toBeInstanceOf(StorageFullError);
  });

  it('ends a write that goes on until the reserve is touched', async () => {
    const guard = new FreeSpaceGuard(tmpdir(), MORE_THAN_ANY_DISK);
    await expect(write(guard, 40)).rejects.toBeInstanceOf(StorageFullError);
    expect(guard.bytes).toBeLessThanOrEqual(17 * MEBIBYTE);
  });

  it('lets a write pass while there is enough, and counts it', async () => {
    const guard = new FreeSpaceGuard(tmpdir(), 0);
    await write(guard, 40);
    expect(guard.bytes).toBe(40 * MEBIBYTE);
  });
});
