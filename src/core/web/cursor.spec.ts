import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidInputError } from '../errors/index.js';
import { decodeCursor, encodeCursor, type CursorKind } from './cursor.js';

const ID = '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22';
const AT = '2026-11-24T09:30:00.000Z';

const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

it('gives back the values it was made from', () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  fc.assert(
    fc.property(fc.string(), fc.array(scalar), (shape, values) => {
      expect(decodeCursor(shape, encodeCursor(shape, values))).toEqual(values);
    }),
  );
});

it('is text that stands in a URL as it is', () => {
  expect(encodeCursor('a', ['/+?&=é'])).toMatch(/^[A-Za-z0-9_-]+$/);
});

it('is refused for another sort or filter', () => {
  const cursor = encodeCursor('connectors:-created_at:{}', [AT, ID]);
  expect(() => decodeCursor('connectors:name:{}', cursor)).toThrow(InvalidInputError);
});

it('is refused, with one error for every reason, when it is not ours', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json().map((text) => Buffer.from(text).toString('base64url')),
      ),
      (text) => {
        expect(() => decodeCursor('shape', text)).toThrow(InvalidInputError);
      },
    ),
  );
});

describe('kinds', () => {
  const shape = 'shape';
  const hash = (JSON.parse(Buffer.from(encodeCursor(shape, []), 'base64url').toString()) as [string])[0];

  it('let what they promise pass', () => {
    const kinds: CursorKind[] = ['timestamp', 'uuid', 'text', 'number', 'timestamp?', 'text?', 'number?'];
    const values = [AT, ID, 'é', 1.5, null, null, null];
    expect(decodeCursor(shape, encodeCursor(shape, values), kinds)).toEqual(values);
  });

  it.each<[CursorKind, unknown]>([
    ['timestamp', '2026-11-24'],
    ['timestamp', '2026-02-30T09:30:00.000Z'],
    ['timestamp', null],
    ['timestamp', 5],
    ['uuid', 'x'],
    ['uuid', null],
    ['text', 'a\0b'],
    ['text', '\ud800'],
    ['text', 1],
    ['number', '1'],
    ['number?', true],
    ['text', { a: 1 }],
    ['text', ['a']],
  ])('%s refuses %j', (kind, value) => {
    expect(() => decodeCursor(shape, made([hash, value]), [kind])).toThrow(InvalidInputError);
  });

  it('refuse more or fewer values', () => {
    expect(() => decodeCursor(shape, made([hash, ID, ID]), ['uuid'])).toThrow(InvalidInputError);
    expect(() => decodeCursor(shape, made([hash]), ['uuid'])).toThrow(InvalidInputError);
  });
});
