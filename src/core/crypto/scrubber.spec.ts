import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scrub } from './scrubber.js';

const SECRET = 'p@ss/wörd+"1\n';
const bytes = Buffer.from(SECRET);

describe('scrub', () => {
  it.each([
    ['raw', SECRET],
    ['URL-encoded', encodeURIComponent(SECRET)],
    ['URL-encoded in lower case', encodeURIComponent(SECRET).toLowerCase()],
    ['form-encoded', new URLSearchParams({ x: 'a b c d' }).toString().slice(2), 'a b c d'],
    ['base64', bytes.toString('base64')],
    ['base64 without padding', bytes.toString('base64').replace(/=+$/, '')],
    ['base64url', bytes.toString('base64url')],
    ['hex', bytes.toString('hex')],
    ['upper-case hex', bytes.toString('hex').toUpperCase()],
    ['JSON-escaped', JSON.stringify(SECRET).slice(1, -1)],
    ['JSON-escaped as ASCII', 'p@ss/w\\u00f6rd+\\"1\\n'],
    ['JSON with escaped slashes', 'p@ss\\/wörd+\\"1\\n'],
  ])('replaces a secret in its %s form', (_, form, secret: string = SECRET) => {
    expect(scrub(`before ${form} after ${form}`, [secret])).toBe('before [secret] after [secret]');
  });

  it('leaves nothing readable of a secret inside a longer base64 text', () => {
    for (const user of ['', 'a', 'ab', 'abc']) {
      const header = Buffer.from(`${user}:correct-horse-battery`).toString('base64');
      const scrubbed = scrub(`Basic ${header}`, ['correct-horse-battery']);
      expect(scrubbed).toContain('[secret]');
      expect(Buffer.from(scrubbed.replace('[secret]', ''), 'base64').toString()).not.toContain('horse');
    }
  });

  it('masks secrets that overlap or contain each other as one', () => {
    expect(scrub('xx abcdefgh xx', ['abcdef', 'cdefgh', 'cdef'])).toBe('xx [secret] xx');
  });

  it('does not scrub its own mask, nor values of less than four characters', () => {
    expect(scrub('secret abc', ['secret', 'abc'])).toBe('[secret] abc');
    expect(scrub('', ['secret'])).toBe('');
  });

  it('never leaves a secret in any text', () => {
    const secret = fc.string({ minLength: 4, maxLength: 24, unit: 'grapheme' }).filter((text) => text.length >= 4);
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
        fc.pre(!'[secret]'.includes(value));
        const scrubbed = scrub(before + value + after, [value]);
        expect(scrubbed.split('[secret]').some((part) => part.includes(value))).toBe(false);
      }),
    );
  });

  it('costs nothing for secrets that are longer than the text', () => {
    const large = 'x'.repeat(2 ** 20);
    const secrets = Array.from({ length: 2_000 }, (_, index) => `${large}${index}`);
    expect(scrub('nothing of them', secrets)).toBe('nothing of them');
  });

  it('leaves a text without secrets as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(scrub(text, [])).toBe(text);
      }),
    );
  });
});
