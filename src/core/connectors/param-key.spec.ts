import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assertKeys, isValidKey, ParamKeyError } from './param-key.js';

describe('isValidKey', () => {
  it.each(['a', 'A-b_9', 'installed.client_id', 'a.0.b', 'x'.repeat(255), 'a.proto', '__proto.x'])(
    'accepts %s',
    (key) => expect(isValidKey(key)).toBe(true),
  );

  it.each(['', '.', 'a.', '.a', 'a..b', 'a b', 'a/b', 'é', 'a\n', '\na', 'a\u0000', 'a\u2024b', 'x'.repeat(256)])(
    'refuses %j',
    (key) => expect(isValidKey(key)).toBe(false),
  );

  it.each(['__proto__', 'constructor', 'prototype'])('refuses the segment %s in every place', (segment) => {
    for (const key of [segment, `a.${segment}`, `${segment}.a`, `a.${segment}.b`]) expect(isValidKey(key)).toBe(false);
  });

  it('answers any text, of any length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        if (isValidKey(text)) expect(text).toMatch(/^[\w.-]{1,255}$/);
      }),
    );
    expect(isValidKey('a.'.repeat(1_000_000))).toBe(false);
  });
});

describe('assertKeys', () => {
  const failure = (keys: string[]) => {
    try {
      assertKeys(keys);
    } catch (error) {
      return error;
    }
    return null;
  };

  it('accepts a tree in any order', () => {
    expect(failure(['a.b', 'a.c.d', 'ab', 'a-b', 'a.c.e'])).toBeNull();
  });

  it.each([
    ['invalid_key', ['a', 'b b'], 'b b', '/param_ids/1/key'],
    ['duplicate_key', ['a', 'b', 'a'], 'a', '/param_ids/2/key'],
    ['leaf_and_branch', ['a', 'a.b'], 'a', '/param_ids/0/key'],
    ['leaf_and_branch', ['a.b.c', 'x', 'a.b'], 'a.b', '/param_ids/2/key'],
  ] as const)('names the offender: %s %j', (reason, keys, key, pointer) => {
    const error = failure([...keys]);
    expect(error).toBeInstanceOf(ParamKeyError);
    expect(error).toMatchObject({ key, reason, issues: [{ pointer, code: reason }] });
  });

  it('checks ten thousand deep keys without comparing each with each', () => {
    const keys = Array.from({ length: 10_000 }, (_, index) => `${'a.'.repeat(100)}k${index}`);
    expect(failure(keys)).toBeNull();
    expect(failure([...keys, 'a.a'])).toMatchObject({ reason: 'leaf_and_branch' });
  });
});
