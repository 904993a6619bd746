import type { Readable } from 'node:stream';
import { ConnectionFailedError } from '../../core/connectors/index.js';

/** The stream to store failed, not the service. */
export class SourceError extends Error {
  constructor(override readonly cause: unknown) {
    super('The content could not be read');
    this.name = 'SourceError';
  }
}

/** Cuts a stream into parts of one size; only the last may be shorter. Few buffers, used again and again. */
export class PartReader {
  /** Read so far. */
  bytes = 0;
  private readonly free: Buffer[] = [];

  /** @param size number of bytes that the stream must have, when it is known. */
  constructor(
    private readonly body: Readable,
    private readonly partBytes: number,
    private readonly size?: number,
  ) {}

  /** Each part is the caller's until he gives it back with `release`. @throws SourceError, ConnectionFailedError. */
  async *parts(): AsyncGenerator<Buffer, undefined> {
    let part = this.take();
    let filled = 0;
    for await (const chunk of this.chunks()) {
      for (let offset = 0; offset < chunk.length;) {
        const copied = chunk.copy(part, filled, offset);
        offset += copied;
        filled += copied;
        if (filled < this.partBytes) continue;
        yield part;
        part = this.take();
        filled = 0;
      }
    }
    if (filled > 0) yield part.subarray(0, filled);
  }

  release(part: Buffer): void {
    if (part.length === this.partBytes) this.free.push(part);
  }

  private take(): Buffer {
    return this.free.pop() ?? Buffer.allocUnsafeSlow(this.partBytes);
  }

  private async *chunks(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.body as AsyncIterable<Buffer | string>) {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
        this.bytes += bytes.length;
        if (this.size !== undefined && this.bytes > this.size) break;
        yield bytes;
      }
    } catch (error) {
      throw new SourceError(error);
    }
    if (this.size !== undefined && this.bytes !== this.size) {
      throw new ConnectionFailedError('The content does not have the announced size');
    }
  }
}
