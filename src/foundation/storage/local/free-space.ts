import { statfs } from 'node:fs/promises';
import { Transform, type TransformCallback } from 'node:stream';
import { StorageFullError } from './local-storage.errors.js';

/** Bytes left alone on the disk: the embedded database may live there too, and dies on a full disk. */
const RESERVE = 64 * 1024 ** 2;
const CHECK_EVERY = 16 * 1024 ** 2;

/** @throws StorageFullError when writing so many bytes would use up the reserve. */
export async function assertFreeSpace(folder: string, bytes: number, reserve = RESERVE): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize - bytes < reserve) throw new StorageFullError();
}

/** Passes bytes on, and breaks with {@link StorageFullError} before they use up the disk. Counts them. */
export class FreeSpaceGuard extends Transform {
  bytes = 0;
  private unchecked = 0;

  constructor(
    private readonly folder: string,
    private readonly reserve = RESERVE,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    this.unchecked += chunk.length;
    if (this.unchecked < CHECK_EVERY) {
      done(null, chunk);
      return;
    }
    this.unchecked = 0;
    assertFreeSpace(this.folder, 0, this.reserve).then(() => done(null, chunk), done);
  }
}
