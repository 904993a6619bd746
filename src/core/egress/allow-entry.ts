import ipaddr from 'ipaddr.js';
import { formsOf, isWithin, parseAddress, type Address } from './address.js';
import { parseUrl } from '../url/index.js';
import type { Target } from './target.js';

/** One parsed entry of the allow-list. */
export type AllowEntry =
  | { readonly network: readonly [Address, number]; readonly port: number | null }
  | { readonly name: string; readonly port: number | null };

/** The five forms, for people. */
export const ENTRY_FORMS =
  'An entry is CIDR, CIDR:port, host, host:port or [v6]:port, e.g. 10.0.0.0/8, 192.168.1.5:9000, minio.internal:9000, [fd00::5]:9000';

/** An entry that is none of the five forms. Its message repeats the entry: it is for the operator who wrote it. */
export class AllowEntryError extends Error {
  /**
   * @param problem what is wrong with it, e.g. `is not a network`; repeats nothing of the entry.
   * @param guess what was perhaps meant.
   */
  constructor(
    entry: string,
    readonly problem: string,
    guess = '',
  ) {
    super(`EDE_EGRESS_ALLOW: ${JSON.stringify(entry)} ${problem}${guess}. ${ENTRY_FORMS}`);
    this.name = 'AllowEntryError';
  }
}

const BRACKETED = /^\[([^[\]]*:[^[\]]*)\](?::(\d+))?$/;
const NETWORK_WITH_PORT = /^([^[\]]+\/\d+)(?::(\d+))?$/;
const NAME_WITH_PORT = /^([^:[\]]+)(?::(\d+))?$/;
const NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

/**
 * Reads one entry.
 * @throws AllowEntryError with a sentence for the operator.
 */
export function parseAllowEntry(text: string): AllowEntry {
  const entry = text.trim();
  const [, host, port] = split(entry) ?? [];
  if (host === undefined) throw new AllowEntryError(entry, 'is not understood');
  return { ...parseHost(entry, host), port: port === undefined ? null : parsePort(entry, port) };
}

/** The entry in the one form that two spellings of the same have in common; `parseAllowEntry` reads it back. */
export function formatAllowEntry(entry: AllowEntry): string {
  const port = entry.port === null ? '' : `:${entry.port}`;
  if ('name' in entry) return `${entry.name}${port}`;
  const [base, bits] = entry.network;
  if (bits < (base.kind() === 'ipv4' ? 32 : 128)) return `${base.toString()}/${bits}${port}`;
  return base.kind() === 'ipv4' || entry.port === null ? `${base.toString()}${port}` : `[${base.toString()}]${port}`;
}

/** Whether a name entry stands for the requested name. */
export function allowsName(entry: AllowEntry, target: Target): boolean {
  return 'name' in entry && entry.name === target.host && isPort(entry, target);
}

/** Whether a network entry holds the address. */
export function allowsAddress(entry: AllowEntry, target: Target, address: Address): boolean {
  return 'network' in entry && isPort(entry, target) && formsOf(address).some((form) => isWithin(form, entry.network));
}

function isPort(entry: AllowEntry, target: Target): boolean {
  return entry.port === null || entry.port === target.port;
}

/** Brackets first, then a network; more colons than one without brackets are an IPv6 address without a port. */
function split(entry: string): readonly (string | undefined)[] | null {
  const found = BRACKETED.exec(entry) ?? NETWORK_WITH_PORT.exec(entry) ?? NAME_WITH_PORT.exec(entry);
  if (found !== null) return found;
  return entry.includes('::') || entry.split(':').length > 2 ? [entry, entry, undefined] : null;
}

function parsePort(entry: string, text: string): number {
  const port = Number(text);
  if (port < 1 || port > 65_535) throw new AllowEntryError(entry, 'has a port that is not between 1 and 65535');
  return port;
}

function parseHost(
  entry: string,
  host: string,
): { readonly network: readonly [Address, number] } | { readonly name: string } {
  if (host.includes('/')) return { network: parseNetwork(entry, host) };
  const address = parseAddress(host);
  if (address !== null) return { network: [plain(entry, address), address.kind() === 'ipv4' ? 32 : 128] };
  if (host.includes(':')) throw new AllowEntryError(entry, 'is not an IPv6 address');
  return { name: parseName(entry, host) };
}

function parseNetwork(entry: string, text: string): readonly [Address, number] {
  const [base = '', length = ''] = text.split('/');
  const address = parseAddress(base);
  if (address === null) throw new AllowEntryError(entry, 'is not a network');
  const bits = Number(length);
  if (!/^\d+$/.test(length) || bits > (address.kind() === 'ipv4' ? 32 : 128)) {
    throw new AllowEntryError(entry, 'has a prefix length that does not fit');
  }
  const network = networkAddress(plain(entry, address), bits);
  if (network !== address.toNormalizedString()) {
    throw new AllowEntryError(entry, 'has bits behind its prefix', ` (meant is perhaps ${network}/${bits})`);
  }
  return [address, bits];
}

function networkAddress(address: Address, bits: number): string {
  const cidr = `${address.toNormalizedString()}/${bits}`;
  return (
    address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr)
  ).toNormalizedString();
}

/** Written as IPv4 an entry means the same, and reads as what it is. */
function plain(entry: string, address: Address): Address {
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) {
    throw new AllowEntryError(entry, 'is a mapped IPv4 address: write it as IPv4');
  }
  return address;
}

/** A name as requests name it; what the URL parser reads as a number, e.g. `127.1`, is refused as unclear. */
function parseName(entry: string, host: string): string {
  const url = /[\s/\\?#@%]/.test(host) ? null : parseUrl(`http://${host}/`);
  const name = url?.hostname.replace(/\.$/, '') ?? '';
  if (!NAME.test(name) || parseAddress(name) !== null) throw new AllowEntryError(entry, 'is not a host name');
  return name;
}
