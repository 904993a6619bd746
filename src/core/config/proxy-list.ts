import { isIP } from 'node:net';
import { readList, SettingProblem } from './setting-readers.js';

/** Names of address ranges that the proxy check knows. */
const NAMED_RANGES: ReadonlySet<string> = new Set(['loopback', 'linklocal', 'uniquelocal']);

/** Addresses, CIDR ranges or named ranges of the proxies in front of us. */
export function readProxies(text: string): string[] {
  const proxies = readList(text);
  if (!proxies.every(isProxy)) {
    throw new SettingProblem('must be IP addresses or CIDR ranges, separated by commas');
  }
  return proxies;
}

function isProxy(text: string): boolean {
  if (NAMED_RANGES.has(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
