import { isIP, isIPv4, isIPv6 } from 'node:net';
import { readList, SettingProblem } from './setting-readers.js';

/** Addresses of name servers, each with a port or without: `10.0.0.53`, `10.0.0.53:5353`, `[fd00::53]:5353`. */
export function readDnsServers(text: string): string[] {
  const servers = readList(text);
  if (!servers.every(isServer)) {
    throw new SettingProblem('must be IP addresses, with a port or without, separated by commas');
  }
  return servers;
}

function isServer(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const [, v6, v4 = '', port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const isAddress = v6 === undefined ? isIPv4(v4) : isIPv6(v6);
  return isAddress && Number(port) >= 1 && Number(port) <= 65_535;
}
