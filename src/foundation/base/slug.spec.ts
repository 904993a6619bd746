import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { distinctSlug, SLUG, SLUG_MAX, slugOf } from './slug.js';

describe('slugs', () => {
  it.each([
    ['Acme GmbH', 'acme-gmbh'],
    ['Größe & Co.', 'grosse-co'],
    ['  --Ünïcode--  ', 'unicode'],
    ['株式会社', 'organization'],
    ['a'.repeat(300), 'a'.repeat(56)],
  ])('%j becomes %s', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });

  it('fit their grammar and length for every name, also when made distinct', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (name) => {
        for (const slug of [slugOf(name), distinctSlug(slugOf(name))]) {
          expect(slug).toMatch(SLUG);
          expect(slug.length).toBeLessThanOrEqual(SLUG_MAX);
        }
      }),
    );
  });

  it('are distinct when made so', () => {
    const slugs = Array.from({ length: 50 }, () => distinctSlug('acme'));
    expect(new Set(slugs).size).toBe(50);
  });
});
