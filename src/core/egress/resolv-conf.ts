import { readFile } from 'node:fs/promises';

const RESOLV_CONF = '/etc/resolv.conf';
const DOMAIN = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/;

/** The domains that complete a name on this machine, in order; none when there is no such file. */
export async function searchDomains(file = RESOLV_CONF): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  // The last line counts, as for the system.
  const [, ...domains] =
    text
      .split(/\r?\n/)
      .map((line) => line.trim().toLowerCase().split(/\s+/))
      .findLast(([keyword]) => keyword === 'search' || keyword === 'domain') ?? [];
  return domains.map((domain) => domain.replace(/\.$/, '')).filter((domain) => DOMAIN.test(domain));
}
