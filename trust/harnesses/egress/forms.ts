import ipaddr from 'ipaddr.js';
import {
  ADDRESSES,
  disguises,
  METADATA_ADDRESSES,
  METADATA_ADDRESSES_V6,
} from '../../../test/egress/address-corpus.js';

/** A host as somebody may write it, IPv6 in brackets. */
export type Form = string;

const TELLING = ['127.0.0.1', '10.0.0.1', '169.254.169.254', '192.168.1.1', '100.64.0.1', '0.0.0.0'];

/** Metadata is blocked with every policy. */
export const METADATA_FORMS: readonly Form[] = [
  ...METADATA_ADDRESSES.flatMap((address) => [...disguises(address), ...spellings(address)]),
  ...METADATA_ADDRESSES_V6,
].map(bracketed);

/** Every form that must not be reached by default; more than 300. */
export const BLOCKED_FORMS: readonly Form[] = [
  ...new Set([
    ...ADDRESSES.filter(({ isPublic }) => !isPublic).map(({ address }) => bracketed(address)),
    ...TELLING.flatMap(spellings),
    ...METADATA_FORMS,
    'localhost',
    'LOCALHOST.',
  ]),
];

/** What a name service can say: the plain addresses among the forms. */
export const BLOCKED_ADDRESSES: readonly string[] = [
  ...new Set([...ADDRESSES.filter(({ isPublic }) => !isPublic).map(({ address }) => plain(address)), '127.0.0.1']),
];

/** As it stands in a URL. */
export function bracketed(address: string): Form {
  return address.includes(':') ? `[${address}]` : address;
}

function plain(address: string): string {
  // The URL parser's reading, not a library's: they differ in forms such as ::127.0.0.1.
  return address.includes(':') ? new URL(`http://[${address}]/`).hostname.slice(1, -1) : address;
}

/** The ways in which systems have read IPv4 addresses since 1983. */
function spellings(address: string): Form[] {
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(address).octets;
  const number = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  const octal = (part: number, zeros = 1) => `${'0'.repeat(zeros)}${part.toString(8)}`;
  const hex = (part: number) => `0x${part.toString(16)}`;
  return [
    String(number),
    hex(number),
    `0X${number.toString(16).toUpperCase()}`,
    `0x${number.toString(16).padStart(16, '0')}`,
    octal(number),
    [a, b, c, d].map((part) => octal(part)).join('.'),
    [a, b, c, d].map((part) => octal(part, 4)).join('.'),
    [a, b, c, d].map(hex).join('.'),
    `${hex(a)}.${b}.${octal(c)}.${d}`,
    `${a}.${((b << 16) | (c << 8) | d) >>> 0}`,
    `${a}.${b}.${(c << 8) | d}`,
    `${address}.`,
    address.replaceAll('.', '。'),
    address.replaceAll('.', '%2e'),
    address.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  ];
}
