import { describe, expect, it } from '@jest/globals';
import { EgressBlockedError } from './egress.errors.js';
import { canonicalHost, targetOfSocket, targetOfUrl } from './target.js';

describe('targets', () => {
  it.each([
    ['http://127.0.0.1/', '127.0.0.1'],
    ['http://2130706433/', '127.0.0.1'],
    ['http://0x7f000001/', '127.0.0.1'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://017700000001/', '127.0.0.1'],
    ['http://0177.0.0.01/', '127.0.0.1'],
    ['http://127.1/', '127.0.0.1'],
    ['http://127.0.1/', '127.0.0.1'],
    ['http://127.0.0.1./', '127.0.0.1'],
    ['http://①②⑦.⓪.⓪.①/', '127.0.0.1'],
    ['http://１２７。０。０。１/', '127.0.0.1'],
    ['http://127%2e0%2e0%2e1/', '127.0.0.1'],
    ['http://[::1]/', '::1'],
    ['http://[0:0:0:0:0:0:0:1]/', '::1'],
    ['http://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['http://[::127.0.0.1]/', '::7f00:1'],
  ])('sees the address in %s', (url, host) => {
    expect(targetOfUrl(url)).toMatchObject({ host, literal: expect.anything() });
  });

  it.each([
    ['https://LOCALHOST/', 'localhost'],
    ['https://Example.COM./', 'example.com'],
    ['https://ex%61mple.com/', 'example.com'],
    ['https://bücher.example/', 'xn--bcher-kva.example'],
    ['https://EXAMPLE。com/', 'example.com'],
    ['https://exam\tple.com/', 'example.com'],
    ['https:\\\\example.com\\@evil.test/', 'example.com'],
    ['https://example.com#@evil.test/', 'example.com'],
    ['https://example.com?@evil.test/', 'example.com'],
  ])('reads the name in %j', (url, host) => {
    expect(targetOfUrl(url)).toMatchObject({ host, literal: null });
  });

  it.each([
    'https://user@example.com/',
    'https://user:pw@example.com/',
    'https://example.com@evil.test/',
    'https://example.com%2f@evil.test/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
    'javascript:alert(1)',
    'https://',
    'https://./',
    'https://exa mple.com/',
    'https://[fe80::1%25eth0]/',
    'https://[::1/',
    'https://256.1.1.1/',
    'https://1.2.3.4.5/',
    'https://example.com:99999/',
    '//example.com/',
    '',
  ])('refuses %j', (url) => {
    expect(() => targetOfUrl(url)).toThrow(EgressBlockedError);
  });

  it('knows ports and plain http', () => {
    expect(targetOfUrl('http://example.com/')).toMatchObject({ port: 80, isPlainHttp: true });
    expect(targetOfUrl('https://example.com/')).toMatchObject({ port: 443, isPlainHttp: false });
    expect(targetOfUrl('https://example.com:8443/')).toMatchObject({ port: 8443, isPlainHttp: false });
    expect(targetOfSocket({ host: 'example.com', port: 25 })).toMatchObject({ port: 25, isPlainHttp: false });
  });

  it.each([
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['Example.COM.', 'example.com'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['[::FFFF:10.0.0.1]', '::ffff:a00:1'],
    ['bücher.example', 'xn--bcher-kva.example'],
  ])('reads the raw host %s', (host, expected) => {
    expect(targetOfSocket({ host, port: 22 }).host).toBe(expected);
  });

  it.each([
    '',
    ' ',
    'a b',
    'a/b',
    'a@b',
    'a:b',
    'a?b',
    'a#b',
    'a%62',
    'a\\b',
    'a\nb',
    'fe80::1%eth0',
    '[::1',
    '::1]',
    '.',
    '1.2.3.4.5',
  ])('refuses the raw host %j', (host) => {
    expect(() => targetOfSocket({ host, port: 22 })).toThrow(EgressBlockedError);
  });

  it.each([0, -1, 65_536, 1.5, Number.NaN])('refuses the port %d', (port) => {
    expect(() => targetOfSocket({ host: 'example.com', port })).toThrow(EgressBlockedError);
  });

  it('writes IPv6 hosts with brackets, as URLs do', () => {
    expect(canonicalHost('::1')).toBe('[::1]');
  });
});
