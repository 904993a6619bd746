import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { attachment } from './content-disposition.js';

describe('attachment', () => {
  it('gives a plain name twice', () => {
    expect(attachment('a b.pdf')).toBe(`attachment; filename="a b.pdf"; filename*=UTF-8''a%20b.pdf`);
  });

  it('keeps quotes, percent signs and other scripts out of the plain name', () => {
    expect(attachment(`"50%" ü'.txt`)).toBe(
      `attachment; filename="_50__ _'.txt"; filename*=UTF-8''%2250%25%22%20%C3%BC%27.txt`,
    );
  });

  it('is one header value of ASCII whatever the name, and the name comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        const header = attachment(name);
        expect(header).toMatch(/^attachment; filename="[ !#-[\]-~]*"; filename\*=UTF-8''[\w!~.%-]+$/);
        expect(decodeURIComponent(header.split("UTF-8''")[1] ?? '')).toBe(name);
      }),
    );
  });
});
