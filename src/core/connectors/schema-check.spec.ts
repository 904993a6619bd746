import { describe, expect, it } from '@jest/globals';
import { field, type ConfigSchema } from './config-field.js';
import { assertSchema } from './schema-check.js';

const auth = field.choice('auth', 'Sign-in', [{ value: 'key', label: 'Key' }]);

describe('assertSchema', () => {
  it('accepts a sound schema', () => {
    const schema = [
      auth,
      field.text('k', 'K', { pattern: 'a|b', default: 'a', shownWhen: { key: 'auth', in: ['key'] } }),
    ];
    expect(() => assertSchema('Sound', schema)).not.toThrow();
  });

  it.each<[string, ConfigSchema, string]>([
    ['a duplicate key', [field.text('a', 'A'), field.text('a', 'A')], 'keys must be unique'],
    ['a key that is a prefix', [field.text('a', 'A'), field.text('a.b', 'B')], 'keys must be unique'],
    ['a reserved key', [field.text('constructor', 'A')], 'keys must be unique'],
    ['no label', [field.text('a', ' ')], 'field a: has no label'],
    ['a choice of nothing', [field.choice('a', 'A', [])], 'field a: has no choices'],
    ['a broken pattern', [field.text('a', 'A', { pattern: '(' })], 'field a: its pattern'],
    ['a pattern broken across its wrapper', [field.text('a', 'A', { pattern: 'a)|(b' })], 'field a: its pattern'],
    ['a default that does not fit', [field.number('a', 'A', { default: 0, min: 1 })], 'field a: its default'],
    ['a default of a secret', [field.multiline('a', 'A', { secret: true, default: 'x' })], 'field a: a secret'],
    ['an unknown condition', [field.text('a', 'A', { shownWhen: { key: 'b', in: ['x'] } })], 'shownWhen names b'],
    [
      'an impossible condition',
      [auth, field.text('a', 'A', { shownWhen: { key: 'auth', in: ['x'] } })],
      'auth never has',
    ],
  ])('stops at %s, naming the provider', (_, schema, problem) => {
    expect(() => assertSchema('BrokenProvider', schema)).toThrow('Config schema of BrokenProvider is broken');
    expect(() => assertSchema('BrokenProvider', schema)).toThrow(problem);
  });
});
