import { describe, expect, it } from '@jest/globals';
import { textSearch } from './search';

describe('what a page reads from its address', () => {
  const read = textSearch('is_enabled', 'q', 'cursor');

  it('is the text that stands there, also where the router takes it for a number or a truth', () => {
    expect(read({ is_enabled: true, q: 2024, cursor: 'abc' })).toEqual({
      is_enabled: 'true',
      q: '2024',
      cursor: 'abc',
    });
    expect(read({ is_enabled: false, q: 0 })).toEqual({ is_enabled: 'false', q: '0' });
  });

  it('is nothing that it does not know, that is empty, or that stands there twice', () => {
    expect(read({ is_enabled: '', q: ['a', 'b'], other: 'x' })).toEqual({});
  });
});
