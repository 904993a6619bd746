import { join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidObjectKeyError } from './local-storage.errors.js';
import { foldersOfPrefix, keyOfPath, pathOfKey } from './object-path.js';

const segment = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom('.', '..', '~', 'A', 'a', '.incoming', 'a.bin', 'x.more', 'ä'.repeat(100), 'con', '%2e%2e', '\\..\\'),
);
const key = fc
  .array(segment, { minLength: 1, maxLength: 5 })
  .map((segments) => segments.join('/'))
  .filter((text) => !/\p{Cc}/u.test(text) && !text.split('/').includes('') && Buffer.byteLength(text) <= 900);

describe('paths of objects', () => {
  it('stay below the root, whatever the key', () => {
    fc.assert(
      fc.property(key, (text) => {
        const path = join('/base', ...pathOfKey(text));
        expect(path).toBe(normalize(path));
        expect(path.startsWith('/base/')).toBe(true);
        expect(pathOfKey(text).every((name) => name.length <= 255 && /^[a-z0-9_%-][a-z0-9_.%-]*$/.test(name))).toBe(
          true,
        );
      }),
    );
  });

  it('give the key back', () => {
    fc.assert(fc.property(key, (text) => expect(keyOfPath(pathOfKey(text))).toBe(text)));
  });

  it('never take one path for two keys, nor a file for a folder, also where case is ignored', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        fc.pre(one !== other);
        const [a, b] = [pathOfKey(one), pathOfKey(other)];
        expect(a.join('/').toLowerCase()).not.toBe(b.join('/').toLowerCase());
        expect(b.slice(0, a.length).join('/')).not.toBe(a.join('/'));
      }),
    );
  });

  it('of a prefix hold the paths of its keys', () => {
    fc.assert(
      fc.property(key, fc.nat(), (text, cut) => {
        const folders = foldersOfPrefix(text.slice(0, cut % (text.length + 1)));
        expect(pathOfKey(text).slice(0, folders.length)).toEqual(folders);
      }),
    );
  });

  it.each(['', '/', 'a/', '/a', 'a//b', 'a\0b', 'a\nb', 'x'.repeat(901)])('do not exist for the key %j', (text) => {
    expect(() => pathOfKey(text)).toThrow(InvalidObjectKeyError);
  });

  it('that no object has are told apart', () => {
    for (const path of [[], ['a'], ['a.more'], ['%zz.bin']]) expect(keyOfPath(path)).toBeNull();
  });
});
