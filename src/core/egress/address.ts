import ipaddr from 'ipaddr.js';
import { parseUrl } from '../url/index.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The forms of IPv6 that carry an IPv4 address, and where its four bytes stand. */
const EMBEDDINGS: readonly { readonly network: [ipaddr.IPv6, number]; readonly at: number }[] = [
  { network: ipaddr.IPv6.parseCIDR('::ffff:0:0/96'), at: 12 }, // mapped
  { network: ipaddr.IPv6.parseCIDR('64:ff9b::/96'), at: 12 }, // NAT64
  { network: ipaddr.IPv6.parseCIDR('2002::/16'), at: 2 }, // 6to4
];

/** Out of use or private to one network: never public themselves, but they may lead to what they carry. */
const DOUBTFUL_EMBEDDINGS: typeof EMBEDDINGS = [
  { network: ipaddr.IPv6.parseCIDR('::ffff:0:0:0/96'), at: 12 }, // SIIT
  { network: ipaddr.IPv6.parseCIDR('::/96'), at: 12 }, // IPv4-compatible
  { network: ipaddr.IPv6.parseCIDR('64:ff9b:1::/48'), at: 12 }, // NAT64 of one network
];

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Services that hand out credentials or settings of the machine to whoever asks from it. */
const METADATA = [
  '169.254.169.254/32', // AWS, Azure, Google, Oracle, DigitalOcean, OpenStack
  '169.254.170.0/24', // AWS ECS and EKS credentials
  '169.254.0.23/32', // Tencent
  '169.254.42.42/32', // Scaleway
  '100.100.100.200/32', // Alibaba
  '168.63.129.16/32', // Azure host agent
  '192.0.0.192/32', // Oracle
  'fd00:ec2::/32', // AWS
  'fd20:ce::254/128', // Google
  'fd00:42::42/128', // Scaleway
  'fd00:c1::a9fe:a9fe/128', // Oracle
  'fe80::a9fe:a9fe/128', // OpenStack
].map((cidr) => ipaddr.parseCIDR(cidr));

/** @returns the address of a canonical literal, `null` for anything else. Scoped literals (`%eth0`) are none. */
export function parseAddress(text: string): Address | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  // Taken apart by the URL parser first: ipaddr.js reads `::127.0.0.1` as another address than the system does.
  const url = text.includes(':') && !text.includes('%') ? parseUrl(`http://[${text}]/`) : null;
  return url === null ? null : ipaddr.IPv6.parse(url.hostname.slice(1, -1));
}

/** The address itself and the IPv4 address that it leads to, when it is one of the forms that carry one. */
export function formsOf(address: Address): readonly Address[] {
  const carried = carriedBy(address, EMBEDDINGS) ?? carriedBy(address, DOUBTFUL_EMBEDDINGS);
  return carried === null ? [address] : [address, carried];
}

/** Whether the address is an ordinary one of the public internet. Everything that is not known to be, is not. */
export function isPublic(address: Address): boolean {
  if (address instanceof ipaddr.IPv4) return address.range() === 'unicast';
  const carried = carriedBy(address, EMBEDDINGS);
  if (carried !== null) return isPublic(carried);
  return address.match(GLOBAL_UNICAST) && address.range() === 'unicast';
}

/** Whether the address is, or leads to, a cloud's metadata service. */
export function isMetadata(address: Address): boolean {
  return formsOf(address).some((form) => METADATA.some((network) => isWithin(form, network)));
}

/** Whether every address of the network belongs to a cloud's metadata service. */
export function isMetadataNetwork([base, bits]: readonly [Address, number]): boolean {
  const isOneAddress = bits === (base.kind() === 'ipv4' ? 32 : 128);
  if (isOneAddress) return isMetadata(base);
  return METADATA.some((network) => bits >= network[1] && isWithin(base, network));
}

/** Whether the address is, or leads to, one that never leaves the machine. */
export function isLoopback(address: Address): boolean {
  return formsOf(address).some((form) => form.range() === 'loopback' || form.range() === 'unspecified');
}

export function isWithin(address: Address, [base, bits]: readonly [Address, number]): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}

/** Whether both are, or lead to, the same address. */
export function isSameAddress(one: Address, other: Address): boolean {
  const texts = new Set(formsOf(one).map((form) => form.toNormalizedString()));
  return formsOf(other).some((form) => texts.has(form.toNormalizedString()));
}

function carriedBy(address: Address, embeddings: typeof EMBEDDINGS): ipaddr.IPv4 | null {
  if (address instanceof ipaddr.IPv4) return null;
  const found = embeddings.find(({ network }) => address.match(network));
  return found === undefined ? null : new ipaddr.IPv4(address.toByteArray().slice(found.at, found.at + 4));
}
