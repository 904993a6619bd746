import { describe, expect, it } from '@jest/globals';
import { field, type ConfigField } from './config-field.js';
import { checkFieldValue, typedValue } from './field-value.js';

const number = field.number('n', 'N', { min: 1, max: 10 });
const choice = field.choice('c', 'C', [
  { value: 'a', label: 'A' },
  { value: 'b', label: 'B' },
]);
const url = field.url('u', 'U');
const json = field.json('j', 'J');
const pattern = field.text('p', 'P', { pattern: 'a|b+', patternHint: 'must be a or bs' });

describe('checkFieldValue', () => {
  it.each<[ConfigField, string]>([
    [number, '1'],
    [number, '2.5'],
    [number, '1e1'],
    [field.boolean('b', 'B'), 'false'],
    [choice, 'b'],
    [url, 'https://example.com/a?b=c#d'],
    [url, 'http://[::1]:8080'],
    [json, '[1, {"a": null}]'],
    [pattern, 'bbb'],
    [field.text('t', 'T'), 'any\u0001thing'],
    [field.map('m', 'M'), 'x'],
  ])('accepts %#', (of, value) => {
    expect(checkFieldValue(of, value)).toBeNull();
  });

  it.each<[ConfigField, string, string]>([
    [number, '0', 'must be at least 1'],
    [number, '11', 'must be at most 10'],
    [number, '0x5', 'must be a number'],
    [number, '1e999', 'must be a number'],
    [number, ' 5', 'must be a number'],
    [field.boolean('b', 'B'), 'TRUE', 'must be true or false'],
    [choice, 'A', 'must be one of a, b'],
    [url, 'example.com', 'must be an http or https URL'],
    [url, 'ftp://example.com', 'must be an http or https URL'],
    [url, ' https://example.com', 'must be an http or https URL'],
    [url, 'https://exa\nmple.com', 'must be an http or https URL'],
    [url, 'https://user:password@example.com', 'must not hold a user name or password'],
    [url, 'https://user@example.com', 'must not hold a user name or password'],
    [json, '{a: 1}', 'must be JSON'],
    [pattern, 'ab', 'must be a or bs'],
    [pattern, 'xa', 'must be a or bs'],
    [pattern, 'a\n', 'must be a or bs'],
    [field.text('p', 'P', { pattern: '[0-9]+' }), 'x', 'must match [0-9]+'],
  ])('refuses %#', (of, value, reason) => {
    expect(checkFieldValue(of, value)).toBe(reason);
  });

  it('does not run a pattern on a long value, however the pattern backtracks', () => {
    const slow = field.text('s', 'S', { pattern: '[a-z]*[a-z]*[a-z]*[a-z]*[a-z]*1' });
    expect(checkFieldValue(slow, 'a'.repeat(65_536))).toBe('must not be longer than 1024 characters');
    expect(checkFieldValue(pattern, 'b'.repeat(1024))).toBeNull();
  });

  it.each<[ConfigField, string]>([
    [number, `${'1'.repeat(65_535)}x`],
    [url, `https://${'a'.repeat(65_000)}`],
    [json, '['.repeat(65_536)],
    [field.boolean('b', 'B'), 't'.repeat(65_536)],
  ])('answers for 64 KiB of anything: %#', (of, value) => {
    expect(['string', 'object']).toContain(typeof checkFieldValue(of, value));
  });
});

describe('typedValue', () => {
  it('types what is declared and parses, and leaves everything else', () => {
    expect(typedValue(number, '1e1')).toBe(10);
    expect(typedValue(number, 'ten')).toBe('ten');
    expect(typedValue(field.boolean('b', 'B'), 'false')).toBe(false);
    expect(typedValue(field.boolean('b', 'B'), 'no')).toBe('no');
    expect(typedValue(field.text('t', 'T'), '1')).toBe('1');
    expect(typedValue(undefined, 'true')).toBe('true');
  });
});
