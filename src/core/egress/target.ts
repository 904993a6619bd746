import { EgressBlockedError } from './egress.errors.js';
import type { SocketTarget } from './egress-options.js';
import { parseAddress, type Address } from './address.js';
import { parseUrl } from '../url/index.js';

/** Where a connection is to go, in the one form that policy, resolver and socket all use. */
export interface Target {
  /** Lower-case ASCII name without a trailing dot, or an IP literal without brackets. */
  readonly host: string;
  /** Set when the host is an IP literal. */
  readonly literal: Address | null;
  readonly port: number;
  /** Everything sent can be read and changed on the way. */
  readonly isPlainHttp: boolean;
  /** The operator named it in a setting of his: that allows it. */
  readonly isSetByOperator?: boolean;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };
/** Signs that end or change the host part of a URL; a raw host holds none of them. */
const NOT_IN_HOST = /[\s\p{Cc}/\\?#@%[\]]/u;

/**
 * The target of an http or https URL.
 * @throws EgressBlockedError for other protocols, user information in the URL, or a host that is none.
 */
export function targetOfUrl(url: string | URL): Target {
  const parsed = parseUrl(String(url));
  const defaultPort = parsed === null ? undefined : DEFAULT_PORTS[parsed.protocol];
  if (parsed === null || defaultPort === undefined) throw malformed('it is not an http or https URL');
  if (parsed.username !== '' || parsed.password !== '') throw malformed('it holds a user name or password');
  const port = parsed.port === '' ? defaultPort : Number(parsed.port);
  return makeTarget(parsed.hostname, port, parsed.protocol === 'http:');
}

/** The target of a raw socket. @throws EgressBlockedError when host or port are none. */
export function targetOfSocket(
  { host, port, isSetByOperator }: Omit<SocketTarget, 'tls'>,
  isPlainHttp = false,
): Target {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw malformed('its port is not between 1 and 65535');
  const target = makeTarget(canonicalHost(host), port, isPlainHttp);
  return isSetByOperator === true ? { ...target, isSetByOperator } : target;
}

/**
 * A name or IP literal as the URL parser writes it, so that `0x7f.1`, `２１３０７０６４３３` or `LOCALHOST.` hide nothing.
 * @throws EgressBlockedError when the text is no host.
 */
export function canonicalHost(host: string): string {
  const bare = /^\[.*\]$/.test(host) ? host.slice(1, -1) : host;
  const url = NOT_IN_HOST.test(bare) ? null : parseUrl(bare.includes(':') ? `http://[${bare}]/` : `http://${bare}/`);
  if (url === null) throw malformed('its host is not a name or address');
  return url.hostname;
}

function makeTarget(hostname: string, port: number, isPlainHttp: boolean): Target {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host === '') throw malformed('its host is not a name or address');
  return { host, literal: parseAddress(host), port, isPlainHttp };
}

function malformed(reason: string): EgressBlockedError {
  return new EgressBlockedError(`The address of the service cannot be used: ${reason}`, 'Correct the address');
}
