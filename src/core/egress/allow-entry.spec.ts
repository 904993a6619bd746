import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAddress } from './address.js';
import { AllowEntryError, allowsAddress, allowsName, formatAllowEntry, parseAllowEntry } from './allow-entry.js';
import { targetOfSocket } from './target.js';

/** Whether the entry alone allows this name, or this address, on the port. */
function allows(entry: string, host: string, port: number): boolean {
  const target = targetOfSocket({ host, port });
  const parsed = parseAllowEntry(entry);
  return allowsName(parsed, target) || (target.literal !== null && allowsAddress(parsed, target, target.literal));
}

describe('entries of the allow-list', () => {
  it.each([
    ['10.0.0.0/8', '10.1.2.3', 443],
    ['10.0.0.0/8', '::ffff:10.1.2.3', 443],
    ['10.0.0.0/8', '64:ff9b::10.1.2.3', 443],
    ['10.0.0.0/8:9000', '10.1.2.3', 9000],
    ['192.168.1.5', '192.168.1.5', 1],
    ['192.168.1.5:9000', '192.168.1.5', 9000],
    ['minio.internal', 'MINIO.internal.', 9000],
    ['MinIO.Internal.:9000', 'minio.internal', 9000],
    ['localhost', 'localhost', 80],
    ['my_host', 'my_host', 80],
    ['bücher.example', 'xn--bcher-kva.example', 80],
    ['[fd00::5]:9000', 'fd00::5', 9000],
    ['[fd00::5]', '[fd00:0::5]', 1],
    ['fd00::5', 'fd00::5', 1],
    ['fd00::/8', 'fd12::1', 1],
    ['fd00::/8:443', 'fd12::1', 443],
    ['[fd00::/8]:443', 'fd12::1', 443],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8', 1],
    [' 10.0.0.0/8 ', '10.0.0.1', 1],
    ['0.0.0.0/0', '127.0.0.1', 1],
  ])('%s allows %s port %d', (entry, host, port) => {
    expect(allows(entry, host, port)).toBe(true);
  });

  it.each([
    ['10.0.0.0/8', '11.0.0.1', 443],
    ['10.0.0.0/8:9000', '10.1.2.3', 9001],
    ['192.168.1.5:9000', '192.168.1.6', 9000],
    ['minio.internal:9000', 'minio.internal', 9001],
    ['minio.internal', 'x.minio.internal', 443],
    ['minio.internal', 'internal', 443],
    ['minio.internal', 'minio.internal.evil.test', 443],
    ['[fd00::5]:9000', 'fd00::5', 9001],
    ['fd00::/8', 'fe00::1', 1],
    ['0.0.0.0/0', 'fd00::1', 1],
    ['0.0.0.0/0', 'localhost', 1],
  ])('%s does not allow %s port %d', (entry, host, port) => {
    expect(allows(entry, host, port)).toBe(false);
  });

  it.each([
    '',
    ' ',
    '*',
    '*.example.com',
    'http://example.com',
    'example.com/path',
    'a b',
    'user@host',
    'host:',
    'host:0',
    'host:65536',
    'host:abc',
    ':80',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.5/8',
    '10.0.0/8',
    '256.0.0.1/8',
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    'fd00::/129',
    'fd00::1/8',
    '[::1',
    '::1]',
    '[::1]:',
    '[::1]:0',
    '[::1]80',
    '[example.com]:80',
    'fe80::1%eth0',
    '::ffff:10.0.0.1',
    '::ffff:10.0.0.0/104',
    'a..b',
    '-a',
    'a-',
    '.',
    'x'.repeat(254),
    '10.0.0.0/8:99999',
    ':::',
    '1:2:3',
  ])('refuses %j with a sentence that names it', (entry) => {
    // prettier-ignore
    expect(() => parseAllowEntry(entry)).toThrow(AllowEntryError);
    expect(() => parseAllowEntry(entry)).toThrow(JSON.stringify(entry.trim()));
  });

  it('allows by a network exactly the addresses with its prefix', () => {
    const bytes = fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 255 })));
    fc.assert(
      fc.property(bytes, bytes, fc.integer({ min: 0, max: 32 }), (base, address, bits) => {
        const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
        const number = (parts: number[]) => parts.reduce((sum, part) => sum * 256 + part, 0) >>> 0;
        const network = (number(base) & mask) >>> 0;
        const text = [24, 16, 8, 0].map((shift) => (network >>> shift) & 255).join('.');
        expect(allows(`${text}/${bits}`, address.join('.'), 80)).toBe((number(address) & mask) >>> 0 === network);
      }),
    );
  });

  it('never throws anything but AllowEntryError', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.domain(), fc.webUrl()), (text) => {
        try {
          const entry = parseAllowEntry(text);
          expect('network' in entry ? parseAddress(entry.network[0].toString()) : entry.name).toBeTruthy();
        } catch (error) {
          expect(error).toBeInstanceOf(AllowEntryError);
        }
      }),
    );
  });

  it.each([
    ['MinIO.Internal.:9000', 'minio.internal:9000'],
    [' bücher.example ', 'xn--bcher-kva.example'],
    ['192.168.1.5', '192.168.1.5'],
    ['192.168.1.5/32:9000', '192.168.1.5:9000'],
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.0.0.0/8:9000', '10.0.0.0/8:9000'],
    ['[fd00:0:0::5]:9000', '[fd00::5]:9000'],
    ['FD00::5/128', 'fd00::5'],
    ['[fd00::/8]:443', 'fd00::/8:443'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ])('%s reads %s in its canonical form', (entry, canonical) => {
    expect(formatAllowEntry(parseAllowEntry(entry))).toBe(canonical);
    expect(parseAllowEntry(canonical)).toEqual(parseAllowEntry(entry));
  });

  it('say what is wrong without repeating what was given, for answers over the network', () => {
    for (const entry of ['10.0.0.1/8', 'canary host', '10.0.0.0/99', 'name:70000', '::ffff:10.0.0.1', 'fd00::z']) {
      expect(() => parseAllowEntry(entry)).toThrow(AllowEntryError);
      expect(() => parseAllowEntry(entry)).toThrow(
        expect.objectContaining({ problem: expect.not.stringMatching(/10\.0|canary|99|70000|fd00/) }),
      );
    }
  });
});
