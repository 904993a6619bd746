import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readRange } from './byte-range.js';

describe('readRange', () => {
  it.each([
    ['bytes=0-0', 10, { start: 0, end: 0 }],
    ['bytes=2-5', 10, { start: 2, end: 5 }],
    ['bytes=2-', 10, { start: 2, end: 9 }],
    ['bytes=2-500', 10, { start: 2, end: 9 }],
    ['bytes=-3', 10, { start: 7, end: 9 }],
    ['bytes=-30', 10, { start: 0, end: 9 }],
    ['Bytes = 1-2 ', 10, { start: 1, end: 2 }],
    ['bytes=2-99999999999999999999', 10, { start: 2, end: 9 }],
  ])('reads %s', (header, size, range) => {
    expect(readRange(header, size)).toEqual(range);
  });

  it.each([
    ['bytes=10-', 10],
    ['bytes=10-12', 10],
    ['bytes=-0', 10],
    ['bytes=0-', 0],
    ['bytes=-5', 0],
    ['bytes=99999999999999999999-', 10],
  ])('finds %s of %i bytes unsatisfiable', (header, size) => {
    expect(readRange(header, size)).toBe('unsatisfiable');
  });

  it.each([undefined, '', 'bytes=', 'bytes=-', 'bytes=5-2', 'bytes=a-b', 'items=0-1', 'bytes=0-1,3-4', 'bytes=1.5-2'])(
    'takes %s for the whole document',
    (header) => {
      expect(readRange(header, 10)).toBeNull();
    },
  );

  it('never leaves the document', () => {
    const header = fc.tuple(fc.option(fc.nat()), fc.option(fc.nat())).map(([a, b]) => `bytes=${a ?? ''}-${b ?? ''}`);
    fc.assert(
      fc.property(header, fc.nat(), (text, size) => {
        const range = readRange(text, size);
        if (range === null || range === 'unsatisfiable') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.start).toBeLessThanOrEqual(range.end);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });
});
