import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formsOf, isMetadata, isPublic, isSameAddress, parseAddress, type Address } from './address.js';
import {
  ADDRESSES,
  METADATA_ADDRESSES,
  METADATA_ADDRESSES_V6,
  NON_PUBLIC_V4,
  PUBLIC_V4,
  disguises,
} from '../../../test/egress/address-corpus.js';

const parsed = (text: string): Address => {
  const address = parseAddress(text);
  if (address === null) throw new Error(`${text} is no address`);
  return address;
};

const octets = fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 255 })));
const ipv4 = octets.map((bytes) => bytes.join('.'));
const ipv6 = fc.ipV6().filter((text) => parseAddress(text) !== null);

describe('address rules', () => {
  it('covers at least 300 addresses, each of them parsed', () => {
    expect(ADDRESSES.length).toBeGreaterThanOrEqual(300);
    expect(ADDRESSES.filter(({ address }) => parseAddress(address) === null)).toEqual([]);
  });

  it.each(ADDRESSES)('judges $address ($why) as public: $isPublic', ({ address, isPublic: expected }) => {
    expect(isPublic(parsed(address))).toBe(expected);
  });

  it.each([...METADATA_ADDRESSES.flatMap(disguises), ...METADATA_ADDRESSES_V6])(
    'knows %s as cloud metadata',
    (address) => {
      expect(isMetadata(parsed(address))).toBe(true);
    },
  );

  it('takes an IPv4 address for what it is in every form that carries one', () => {
    fc.assert(
      fc.property(ipv4, (address) => {
        for (const disguise of disguises(address)) expect(isSameAddress(parsed(disguise), parsed(address))).toBe(true);
      }),
    );
  });

  it('never lets a form be public whose IPv4 address is not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NON_PUBLIC_V4), (address) => {
        for (const disguise of disguises(address)) expect(isPublic(parsed(disguise))).toBe(false);
      }),
    );
  });

  it('never takes an IPv6 address outside 2000::/3 for public unless it carries a public IPv4 address', () => {
    fc.assert(
      fc.property(ipv6, (text) => {
        const address = parsed(text);
        const [, carried] = formsOf(address);
        const isGlobal = ((address.toByteArray()[0] ?? 0) & 0xe0) === 0x20;
        if (isPublic(address)) expect(isGlobal || (carried !== undefined && isPublic(carried))).toBe(true);
      }),
    );
  });

  it('keeps a public address public in the forms that networks route', () => {
    for (const address of PUBLIC_V4) expect(isPublic(parsed(`::ffff:${address}`))).toBe(true);
  });

  it.each([
    '',
    'localhost',
    '1.2.3',
    '0x7f.0.0.1',
    '010.0.0.1',
    '1.2.3.4.5',
    '256.1.1.1',
    'fe80::1%eth0',
    '[::1]',
    ':::',
    '::1::',
    ' 1.2.3.4',
  ])('takes %p for no canonical address', (text) => {
    expect(parseAddress(text)).toBeNull();
  });
});
