import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import type { DomainError } from '../../../core/errors/index.js';

/** Passes bytes on, counts and hashes them, and breaks when there are too many. */
export class UploadMeter extends Transform {
  bytes = 0;
  private readonly hash = createHash('sha256');

  /** @param limit bytes. @param tooLarge makes the error for more of them. */
  constructor(
    private readonly limit: number,
    private readonly tooLarge: () => DomainError,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > this.limit) {
      done(this.tooLarge());
      return;
    }
    this.hash.update(chunk);
    done(null, chunk);
  }

  /** Hex; call it once, after the end. */
  sha256(): string {
    return this.hash.digest('hex');
  }
}
