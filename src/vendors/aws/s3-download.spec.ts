import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { ConnectionFailedError } from '../../core/connectors/index.js';
import { pieceOf, readPiece } from './s3-download.js';

const never = new AbortController().signal;
const OBJECT = 'abcdefghijklmnopqrstuvwxyz';

/** What a service sends that starts at `first` and stops after `last`. */
function answer(first: number, last: number, isPartial = true) {
  const content = OBJECT.slice(first, last + 1);
  return {
    ContentLength: content.length,
    ...(isPartial && { ContentRange: `bytes ${first}-${last}/${OBJECT.length}` }),
    content,
  };
}

describe('a wanted part of an object', () => {
  it('is found in any answer that holds it', async () => {
    const index = fc.integer({ min: 0, max: OBJECT.length - 1 });
    await fc.assert(
      fc.asyncProperty(index, index, index, index, async (a, b, c, d) => {
        const [first = 0, start = 0, end = 0, last = 0] = [a, b, c, d].sort((x, y) => x - y);
        const sent = answer(first, last);
        const piece = pieceOf(sent, { start, end });
        const chunks = [...sent.content].map((letter) => Buffer.from(letter));
        expect(await text(readPiece(Readable.from(chunks), piece, never))).toBe(OBJECT.slice(start, end + 1));
        expect(piece.size).toBe(end - start + 1);
      }),
    );
  });

  it('is cut out when the service ignores the range', () => {
    expect(pieceOf(answer(0, 25, false), { start: 3, end: 5 })).toEqual({ skip: 3, size: 3 });
  });

  it('ends with the object', () => {
    expect(pieceOf(answer(20, 25), { start: 20, end: 999 })).toEqual({ skip: 0, size: 6 });
  });

  it.each([
    ['starts too late', answer(5, 9), { start: 3, end: 8 }],
    ['stops before it', answer(0, 2), { start: 5, end: 8 }],
    ['is nonsense', { ContentLength: 3, ContentRange: 'bytes */26' }, { start: 0, end: 2 }],
  ])('fails when the answer %s', (_name, sent, range) => {
    expect(() => pieceOf(sent, range)).toThrow(ConnectionFailedError);
  });

  it('breaks when the answer is shorter than announced', async () => {
    await expect(text(readPiece(Readable.from([Buffer.from('ab')]), { skip: 0, size: 3 }, never))).rejects.toThrow(
      ConnectionFailedError,
    );
  });
});
