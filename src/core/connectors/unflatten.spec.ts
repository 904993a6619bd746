import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unflattenParams } from './unflatten.js';

const rows = (keys: string[]) => keys.map((key) => ({ key, value: key }));

describe('unflattenParams', () => {
  it('keeps the order of the rows', () => {
    const config = unflattenParams(rows(['z', 'b.y', 'a', 'b.x']));
    expect(Object.keys(config)).toEqual(['z', 'b', 'a']);
    expect(Object.keys(config['b'] as object)).toEqual(['y', 'x']);
  });

  it.each([
    ['in order', ['a.0', 'a.1'], ['a.0', 'a.1']],
    ['out of order', ['a.1', 'a.2', 'a.0'], ['a.0', 'a.1', 'a.2']],
    ['one element', ['a.0'], ['a.0']],
  ])('makes an array of exactly 0..n-1, %s', (_, keys, array) => {
    expect(unflattenParams(rows(keys))).toEqual({ a: array });
  });

  it.each([
    ['a gap', ['a.0', 'a.2']],
    ['not from 0', ['a.1', 'a.2']],
    ['a leading zero', ['a.0', 'a.01']],
    ['a name among them', ['a.0', 'a.1', 'a.x']],
    ['a huge index', ['a.4294967294']],
    ['a sign', ['a.-0']],
  ])('keeps an object for %s', (_, keys) => {
    const { a } = unflattenParams(rows(keys));
    expect(Array.isArray(a)).toBe(false);
    expect(Object.keys(a as object).sort()).toEqual(keys.map((key) => key.slice(2)).sort());
  });

  it('makes an array exactly when the segments are 0..n-1, and never at the top', () => {
    const indexes = fc.uniqueArray(fc.oneof(fc.nat(6).map(String), fc.constantFrom('00', '1a', 'x')), { minLength: 1 });
    fc.assert(
      fc.property(indexes, (segments) => {
        const isExact = [...segments].sort((a, b) => Number(a) - Number(b)).every((text, i) => text === String(i));
        expect(Array.isArray(unflattenParams(rows(segments.map((text) => `a.${text}`)))['a'])).toBe(isExact);
        expect(Array.isArray(unflattenParams(rows(segments)))).toBe(false);
      }),
    );
  });

  it('nests arrays in arrays', () => {
    expect(unflattenParams(rows(['m.0.0', 'm.0.1', 'm.1.0']))).toEqual({ m: [['m.0.0', 'm.0.1'], ['m.1.0']] });
  });

  it.each([
    ['a leaf that is a branch', ['a', 'a.b']],
    ['a branch that is a leaf', ['a.b', 'a']],
    ['a duplicate', ['a.b', 'a.b']],
    ['a reserved segment', ['a.constructor.b']],
    ['a bad segment', ['a..b']],
  ])('refuses %s', (_, keys) => {
    expect(() => unflattenParams(rows(keys))).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  it('leaves values as they are', () => {
    const values = [3, '\u00e9\r\n ', { leaf: 1 }, null];
    expect(unflattenParams(values.map((value, index) => ({ key: `v.${index}`, value })))).toEqual({ v: values });
  });
});
