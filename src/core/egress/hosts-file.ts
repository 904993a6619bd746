import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { ResolvedAddress } from './name-resolver.js';

const HOSTS_FILE =
  process.platform === 'win32'
    ? join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts')
    : '/etc/hosts';

/** The addresses that the system's hosts file gives a name; none when there is no such file. */
export async function addressesInHostsFile(hostname: string, file = HOSTS_FILE): Promise<ResolvedAddress[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*$/, '').trim().split(/\s+/))
    .filter(([, ...names]) => names.some((name) => name.toLowerCase() === hostname))
    .flatMap(([address = '']) => resolved(address));
}

function resolved(address: string): ResolvedAddress[] {
  const family = isIP(address);
  return family === 4 || family === 6 ? [{ address, family }] : [];
}
