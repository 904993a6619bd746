import { describe, expect, it } from '@jest/globals';
import { parseUrl } from './parse-url.js';

describe('parsing a URL', () => {
  it('gives null for what is none', () => {
    expect(parseUrl('no url')).toBeNull();
    expect(parseUrl('')).toBeNull();
  });

  it('still reads Latin-1 letters after many calls', () => {
    const wrong = Array.from({ length: 20_000 }, () => parseUrl('https://bücher.example/')).filter(
      (url) => url === null,
    );
    expect(wrong).toHaveLength(0);
  });
});
