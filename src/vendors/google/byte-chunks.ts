import type { Readable } from 'node:stream';

/** A piece of an upload; only the last one may be shorter than the others. */
export interface ByteChunk {
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

/**
 * Cuts a stream into pieces of exactly `size` bytes. One piece is held back until it is known whether another follows;
 * an empty stream gives one empty last piece.
 */
export async function* byteChunks(body: Readable, size: number): AsyncGenerator<ByteChunk> {
  let parts: Buffer[] = [];
  let held = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    let rest = part;
    while (rest.length > 0) {
      if (held === size) {
        yield { bytes: Buffer.concat(parts), isLast: false };
        parts = [];
        held = 0;
      }
      const taken = rest.subarray(0, size - held);
      parts.push(taken);
      held += taken.length;
      rest = rest.subarray(taken.length);
    }
  }
  yield { bytes: Buffer.concat(parts), isLast: true };
}
