/** One address with what the policy must think of it; written by hand from the IANA registries, not from a library. */
export interface JudgedAddress {
  readonly address: string;
  readonly isPublic: boolean;
  readonly why: string;
}

/** First, some middle and last address of each IPv4 block that is not the public internet. */
const V4_BLOCKS: readonly (readonly [why: string, ...addresses: string[]])[] = [
  ['this network', '0.0.0.0', '0.1.2.3', '0.255.255.255'],
  ['private', '10.0.0.0', '10.20.30.40', '10.255.255.255'],
  ['carrier-grade NAT', '100.64.0.0', '100.100.100.200', '100.127.255.255'],
  ['loopback', '127.0.0.0', '127.0.0.1', '127.0.0.2', '127.255.255.255'],
  ['link-local', '169.254.0.0', '169.254.169.254', '169.254.255.255'],
  ['private', '172.16.0.0', '172.20.1.1', '172.31.255.255'],
  ['protocol assignments', '192.0.0.0', '192.0.0.192', '192.0.0.255'],
  ['documentation', '192.0.2.0', '192.0.2.128', '192.0.2.255'],
  ['AS112', '192.31.196.0', '192.31.196.255', '192.175.48.1'],
  ['AMT', '192.52.193.0', '192.52.193.255'],
  ['6to4 relays', '192.88.99.0', '192.88.99.1', '192.88.99.255'],
  ['private', '192.168.0.0', '192.168.1.1', '192.168.255.255'],
  ['benchmarks', '198.18.0.0', '198.19.0.1', '198.19.255.255'],
  ['documentation', '198.51.100.0', '198.51.100.77', '198.51.100.255'],
  ['documentation', '203.0.113.0', '203.0.113.9', '203.0.113.255'],
  ['multicast', '224.0.0.0', '224.0.0.251', '239.255.255.255'],
  ['reserved', '240.0.0.0', '250.1.2.3', '255.255.255.254'],
  ['broadcast', '255.255.255.255'],
];

export const NON_PUBLIC_V4: readonly string[] = V4_BLOCKS.flatMap(([, ...addresses]) => addresses);

/** Neighbours of the blocks above, and a few well-known ones. */
export const PUBLIC_V4: readonly string[] = [
  '1.0.0.0', '1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '52.216.1.1', '100.63.255.255', '100.128.0.0',
  '126.255.255.255', '128.0.0.0', '169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0',
  '191.255.255.255', '192.0.1.0', '192.0.3.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0',
  '198.51.99.255', '198.51.101.0', '203.0.112.255', '203.0.114.0', '223.255.255.255',
]; // prettier-ignore

const NON_PUBLIC_V6: readonly (readonly [why: string, ...addresses: string[]])[] = [
  ['unspecified', '::', '0:0:0:0:0:0:0:0'],
  ['loopback', '::1', '0:0:0:0:0:0:0:1', '::0001'],
  ['outside 2000::/3', '1::1', '100:0:0:1::1', '200::1', '1fff::1', '4000::1', '5f00::1', 'a000::1', 'e000::1'],
  ['discard', '100::', '100::1'],
  ['unique local', 'fc00::', 'fc00::1', 'fd00::1', 'fd00:ec2::254', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['link-local', 'fe80::', 'fe80::1', 'febf::1'],
  ['site-local', 'fec0::', 'fec0::1', 'feff::1'],
  ['multicast', 'ff00::', 'ff02::1', 'ff02::fb', 'ff0e::1'],
  ['Teredo', '2001::', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ['benchmarks', '2001:2::', '2001:2:0:1::1'],
  ['ORCHID', '2001:10::1', '2001:20::1', '2001:2f::1'],
  ['documentation', '2001:db8::', '2001:db8::1', '2001:db8:ffff::1', '3fff::1', '3fff:fff::1'],
  ['NAT64 of one network', '64:ff9b:1::1', '64:ff9b:1::808:808'],
];

const PUBLIC_V6: readonly string[] = [
  '2001:4860:4860::8888', '2606:4700:4700::1111', '2600:1f00::1', '2a00:1450::1', '2400:cb00::1', '2c00::1',
  '2001:200::1', '2003::1', '2620:fe::fe',
]; // prettier-ignore

export const METADATA_ADDRESSES: readonly string[] = [
  '169.254.169.254', '169.254.170.2', '169.254.170.23', '100.100.100.200', '168.63.129.16', '192.0.0.192',
]; // prettier-ignore

export const METADATA_ADDRESSES_V6: readonly string[] = [
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
  'fd00:42::42',
];

/** An IPv4 address in every form of IPv6 that carries one, in the notations that people write. */
export function disguises(address: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const high = ((a << 8) | b).toString(16);
  const low = ((c << 8) | d).toString(16);
  return [
    address,
    `::ffff:${address}`,
    `::FFFF:${high}:${low}`,
    `0:0:0:0:0:ffff:${high}:${low}`,
    `64:ff9b::${address}`,
    `64:ff9b:0:0:0:0:${high}:${low}`,
    `2002:${high}:${low}::`,
    `2002:${high}:${low}::1`,
    `::${address}`,
    `::ffff:0:${address}`,
    `64:ff9b:1::${address}`,
  ];
}

/** Of the disguises those that networks route to the IPv4 address. */
function routedForms(address: string): string[] {
  return disguises(address).slice(0, 8);
}

export const ADDRESSES: readonly JudgedAddress[] = [
  ...V4_BLOCKS.flatMap(([why, ...addresses]) => judged(addresses.flatMap(disguises), false, why)),
  ...judged(PUBLIC_V4.flatMap(routedForms), true, 'public'),
  ...judged(
    PUBLIC_V4.flatMap(disguises).filter((form) => !PUBLIC_V4.flatMap(routedForms).includes(form)),
    false,
    'obsolete form',
  ),
  ...NON_PUBLIC_V6.flatMap(([why, ...addresses]) => judged(addresses, false, why)),
  ...judged(PUBLIC_V6, true, 'public'),
];

function judged(addresses: readonly string[], isPublic: boolean, why: string): JudgedAddress[] {
  return addresses.map((address) => ({ address, isPublic, why }));
}
