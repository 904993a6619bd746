import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { flattenConfig } from './flatten.js';
import type { JsonObject, JsonValue } from './json.js';
import { unflattenParams } from './unflatten.js';

const segment = fc
  .stringMatching(/^[A-Za-z0-9_-]{1,8}$/)
  .filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text));
const isIndexed = (value: object) => Object.keys(value).every((_, index) => Object.hasOwn(value, String(index)));
/** JSON that a config may hold: text leaves, no empty containers, no object that looks like an array. */
const { object: config } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { minLength: 1, maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(segment, tie('value'), { minKeys: 1, maxKeys: 5 }).filter((value) => !isIndexed(value)),
}));

/** `depth` containers around one leaf, made without recursion. */
function nest(depth: number, wrap: (inner: JsonValue) => JsonValue): JsonObject {
  let value: JsonValue = 'x';
  for (let level = 0; level < depth; level++) value = wrap(value);
  return { a: value };
}

describe('flattenConfig', () => {
  it('writes nested objects and arrays as dot-notation keys, and lists what has no text form', () => {
    const json = { installed: { client_id: 'x', redirect_uris: ['a', 'b'], n: 3, ok: true, none: null, o: {}, l: [] } };
    expect(flattenConfig(json)).toEqual({
      params: [
        { key: 'installed.client_id', value: 'x' },
        { key: 'installed.redirect_uris.0', value: 'a' },
        { key: 'installed.redirect_uris.1', value: 'b' },
        { key: 'installed.n', value: '3' },
        { key: 'installed.ok', value: 'true' },
      ],
      skipped: ['installed.none', 'installed.o', 'installed.l'],
    });
  });

  it('leaves member names with dots as they are', () => {
    expect(flattenConfig({ 'installed.client_id': 'x' }).params).toEqual([{ key: 'installed.client_id', value: 'x' }]);
  });

  it('stops at a key that holds JSON text', () => {
    const json = { service_account: { type: 's', 'any key': [null, {}] }, a: { service_account: { b: '1' } } };
    expect(flattenConfig(json, (key) => key === 'service_account').params).toEqual([
      { key: 'service_account', value: '{"type":"s","any key":[null,{}]}' },
      { key: 'a.service_account.b', value: '1' },
    ]);
  });

  it('comes back equal from unflatten, with the exact bytes of every text', () => {
    fc.assert(
      fc.property(config, (json) => {
        expect(unflattenParams(flattenConfig(json as JsonObject).params)).toEqual(json);
      }),
    );
  });

  it.each<[string, JsonObject, string]>([
    ['a blank in a name', { a: { 'b b': 1 } }, '/in/a/b b'],
    ['an empty name at the top', { '': { a: 1 } }, '/in/'],
    ['an empty name below', { a: { '': 1 } }, '/in/a/'],
    ['a bad name of a null', { 'b b': null }, '/in/b b'],
    ['an escaped pointer', { 'a/b~c': 1 }, '/in/a~1b~0c'],
    ['a reserved name', JSON.parse('{"a":{"__proto__":{"b":1}}}') as JsonObject, '/in/a/__proto__'],
    ['a reserved dotted name', { 'a.__proto__.b': 1 }, '/in/a.__proto__.b'],
    ['a reserved name before json text', { constructor: { a: 1 } }, '/in/constructor'],
  ])('refuses %s and points at it', (_, json, pointer) => {
    expect(() => flattenConfig(json, undefined, '/in')).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ pointer, code: 'invalid_key' })] }),
    );
  });

  it.each<[string, JsonObject, string]>([
    ['duplicate_key', { a: { b: 1 }, 'a.b': 2 }, '/a.b'],
    ['leaf_and_branch', { 'a.b': 1, a: { 'b.c': 2 } }, '/a.b'],
  ])('refuses two paths to one place (%s) and points at one', (code, json, pointer) => {
    expect(() => flattenConfig(json)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ pointer, code })] }),
    );
  });

  it('refuses nesting of any depth without a stack overflow', () => {
    for (const wrap of [
      (inner: JsonValue) => ({ b: inner }),
      (inner: JsonValue) => [inner],
      (inner: JsonValue) => ({ '': inner }),
    ]) {
      expect(() => flattenConfig(nest(200_000, wrap))).toThrow(expect.objectContaining({ code: 'invalid_input' }));
    }
    expect(() =>
      flattenConfig(
        nest(200_000, (inner) => [inner]),
        () => true,
      ),
    ).toThrow(expect.objectContaining({ issues: [{ pointer: '/a', code: 'too_deep', message: expect.any(String) }] }));
  });

  it('takes a hundred thousand members, and cuts the pointer of an endless name', () => {
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, { v: 'x' }]));
    expect(flattenConfig(wide).params).toHaveLength(100_000);
    expect(() => flattenConfig({ ['x'.repeat(1_000_000)]: 1 })).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ pointer: `/${'x'.repeat(255)}` })] }),
    );
  });

  it('never touches Object.prototype', () => {
    const names = fc.constantFrom('__proto__', 'constructor', 'prototype', 'polluted', 'a');
    const hostile = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, fc.string(), fc.array(fc.tuple(names, tie('value'))).map(withOwnMembers)),
    })).value;
    fc.assert(
      fc.property(hostile, (value) => {
        try {
          unflattenParams(flattenConfig({ a: value }).params);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid_input' });
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      }),
    );
  });
});

/** Own members also for `__proto__`, as `JSON.parse` makes them. */
function withOwnMembers(entries: [string, JsonValue][]): JsonObject {
  return Object.fromEntries(entries);
}
