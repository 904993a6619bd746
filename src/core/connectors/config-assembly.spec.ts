import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { assembleConfig, effectiveValue, fieldFor, validateConfig } from './config-assembly.js';
import { field, type ConfigSchema } from './config-field.js';

const schema = [
  field.text('host', 'Host', { endpoint: true }),
  field.number('port', 'Port', { default: 465, min: 1, max: 65_535 }),
  field.boolean('tls', 'Use TLS', { required: false }),
  field.choice(
    'auth',
    'Sign-in',
    [
      { value: 'none', label: 'None' },
      { value: 'key', label: 'Key' },
    ],
    { default: 'none' },
  ),
  field.secret('private_key', 'Private key', { required: true, shownWhen: { key: 'auth', in: ['key'] } }),
  field.text('prefix', 'Prefix', { required: false, pattern: '[a-z]+/', patternHint: 'must be a folder' }),
  field.json('account', 'Account', { required: false }),
  field.map('headers', 'Headers'),
] as const;

const issuesOf = (config: Record<string, unknown>, of: ConfigSchema = schema) => {
  const checked = validateConfig(of, config);
  return checked.ok ? [] : checked.issues;
};

describe('validateConfig', () => {
  it('fills in defaults, typed, and leaves out what is not given', () => {
    expect(validateConfig(schema, { host: 'h' })).toEqual({ ok: true, config: { host: 'h', port: 465, auth: 'none' } });
  });

  it('takes empty text as not given', () => {
    expect(issuesOf({ host: '' })).toEqual([{ key: 'host', reason: 'Host is missing' }]);
    expect(validateConfig(schema, { host: 'h', port: '', prefix: '', tls: '' })).toEqual({
      ok: true,
      config: { host: 'h', port: 465, auth: 'none' },
    });
  });

  it('lists every issue, in the order of the schema, without a value', () => {
    const issues = issuesOf({ port: 'canary', tls: 'canary', auth: 'canary', prefix: 'canary', account: '{canary' });
    expect(issues.map(({ key }) => key)).toEqual(['host', 'port', 'tls', 'auth', 'prefix', 'account']);
    expect(JSON.stringify(issues)).not.toContain('canary');
    expect(issues[4]).toEqual({ key: 'prefix', reason: 'Prefix must be a folder' });
  });

  it('asks for a conditional field only while its condition holds', () => {
    expect(issuesOf({ host: 'h' })).toEqual([]);
    expect(issuesOf({ host: 'h', auth: 'none' })).toEqual([]);
    expect(issuesOf({ host: 'h', auth: 'key' })).toEqual([{ key: 'private_key', reason: 'Private key is missing' }]);
    expect(issuesOf({ host: 'h', auth: 'key', private_key: 'k' })).toEqual([]);
  });

  it('lets the default of the controlling field decide', () => {
    const conditional = [
      field.choice('auth', 'Sign-in', [{ value: 'key', label: 'Key' }], { default: 'key' }),
      field.secret('private_key', 'Private key', { required: true, shownWhen: { key: 'auth', in: ['key'] } }),
    ];
    expect(issuesOf({}, conditional)).toEqual([{ key: 'private_key', reason: 'Private key is missing' }]);
  });

  it('keeps JSON as text, also when it is given as an object', () => {
    const expected = { ok: true, config: expect.objectContaining({ account: '{"a":{"b":1}}' }) };
    expect(validateConfig(schema, { host: 'h', account: '{"a":{"b":1}}' })).toEqual(expected);
    expect(validateConfig(schema, { host: 'h', account: { a: { b: 1 } } })).toEqual(expected);
  });

  it('gives a map its free names as text, one level', () => {
    expect(validateConfig(schema, { host: 'h', headers: { 'X-A': '1', b: 'true' } })).toMatchObject({
      config: { headers: { 'X-A': '1', b: 'true' } },
    });
    expect(issuesOf({ host: 'h', headers: 'x' })).toEqual([expect.objectContaining({ key: 'headers' })]);
    expect(issuesOf({ host: 'h', headers: { a: { b: 'x' } } })).toEqual([
      expect.objectContaining({ key: 'headers.a.b' }),
    ]);
  });

  it('lets undeclared keys pass', () => {
    expect(validateConfig(schema, { host: 'h', x: { y: ['1', 2, null] } })).toMatchObject({
      config: { x: { y: ['1', '2'] } },
    });
  });

  it.each([
    ['a group where a value is declared', { host: { a: 'x' } }, 'host'],
    ['a group beside a default', { host: 'h', port: { a: 'x' } }, 'port'],
    ['a name that is no key', { host: 'h', 'b b': 'x' }, 'b b'],
    ['an empty name', { host: 'h', '': { a: 'x' } }, ''],
  ])('makes an issue of %s', (_, config, key) => {
    expect(issuesOf(config)).toEqual([expect.objectContaining({ key })]);
  });

  it('never throws, whatever a config holds', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(fc.constantFrom(...schema.map(({ key }) => key)), fc.string()), fc.jsonValue()),
        (config) => {
          expect(typeof validateConfig(schema, config).ok).toBe('boolean');
        },
      ),
    );
  });

  it('accepts again what it answered', () => {
    const given = fc.record({
      host: fc.string({ minLength: 1 }),
      port: fc.integer({ min: 1, max: 65_535 }),
      tls: fc.boolean(),
      headers: fc.dictionary(fc.constantFrom('a', 'b-c', 'd_e'), fc.string({ minLength: 1 }), { minKeys: 1 }),
    });
    fc.assert(
      fc.property(given, (config) => {
        const once = validateConfig(schema, config);
        expect(once).toEqual({ ok: true, config: { ...config, auth: 'none' } });
        expect(once.ok && validateConfig(schema, once.config)).toEqual(once);
      }),
    );
  });
});

describe('assembleConfig', () => {
  it('types declared numbers and booleans, and leaves the rest its exact text', () => {
    const rows = { port: '25', tls: 'true', host: ' 1\r\n', other: '7', 'headers.n': '7', account: '{"a": 1}' };
    expect(
      assembleConfig(
        schema,
        Object.entries(rows).map(([key, value]) => ({ key, value })),
      ),
    ).toEqual({
      port: 25,
      tls: true,
      host: ' 1\r\n',
      other: '7',
      headers: { n: '7' },
      account: '{"a": 1}',
    });
  });

  it.each(['', '0x10', ' 1', '1e999', '١', 'NaN', '1_000'])('leaves %j of a number field as text', (value) => {
    expect(assembleConfig(schema, [{ key: 'port', value }])).toEqual({ port: value });
  });
});

describe('effectiveValue', () => {
  it('is the stored text, or else the default as text', () => {
    expect(effectiveValue(schema, 'port', '25')).toBe('25');
    expect(effectiveValue(schema, 'port', '')).toBe('465');
    expect(effectiveValue(schema, 'port', undefined)).toBe('465');
    expect(effectiveValue(schema, 'host', undefined)).toBeUndefined();
    expect(effectiveValue(schema, 'undeclared', undefined)).toBeUndefined();
  });
});

describe('fieldFor', () => {
  it('finds a field by its key, and a map by the names below it', () => {
    expect(fieldFor(schema, 'port')?.type).toBe('number');
    expect(fieldFor(schema, 'headers.X-A')?.type).toBe('map');
    expect(fieldFor(schema, 'headersX')).toBeUndefined();
    expect(fieldFor(schema, 'host.a')).toBeUndefined();
  });
});
