import { describe, expect, it } from '@jest/globals';
import { acceptsHtml, preferredEncoding } from './accept.js';

describe('acceptsHtml', () => {
  it.each([
    ['text/html', true],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
    ['application/json, TEXT/HTML ; q=0.1', true],
    ['application/json, text/html;q=0', false],
    ['*/*', false],
    ['text/*', false],
    ['application/json', false],
    ['text/htmlx', false],
    ['', false],
    [undefined, false],
  ])('%s: %s', (accept, expected) => {
    expect(acceptsHtml({ headers: { accept } })).toBe(expected);
  });
});

describe('preferredEncoding', () => {
  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0.5, gzip', 'gzip'],
    ['br;q=0.5, gzip;q=0.5', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['*', 'br'],
    ['*;q=0', null],
    ['GZIP', 'gzip'],
    ['identity', null],
    ['br;q=none', null],
    ['', null],
    [undefined, null],
  ])('of %s is %s', (header, expected) => {
    expect(preferredEncoding({ headers: { 'accept-encoding': header } }, ['br', 'gzip'])).toBe(expected);
  });
});
