import { Resolver } from 'node:dns/promises';
import type { Settings } from '../config/index.js';
import { addressesInHostsFile } from './hosts-file.js';
import { NameResolver, type ResolvedAddress } from './name-resolver.js';
import { searchDomains } from './resolv-conf.js';
import { SystemLookup } from './system-lookup.js';

/** One query and one repetition fit into the two seconds that a look-up may take. */
const QUERY_TIMEOUT_MS = 900;

/** What of this machine look-ups use. */
export interface NameServices {
  /** Addresses with ports; those of the system when there is none. */
  readonly servers: readonly string[];
  readonly searchDomains: () => Promise<readonly string[]>;
  readonly system: SystemLookup;
}

/**
 * The name services of this machine: hosts file, DNS with the search domains, and what else the system knows (mDNS).
 * DNS is asked directly because the system's look-up holds one of Node's few threads for as long as a slow name
 * server likes: a tenant's slow name must not stall file access and sign-in of all others. So the system is asked only
 * for names that no name server of a tenant answers for.
 * With `EDE_DNS_SERVERS` set, hosts file and those servers are all that is asked.
 */
export class SystemResolver extends NameResolver {
  private readonly services: NameServices;

  constructor(
    private readonly settings: Settings,
    services: Partial<NameServices> = {},
  ) {
    super();
    this.services = { servers: [], searchDomains, system: new SystemLookup(), ...services };
  }

  async resolve(hostname: string, signal: AbortSignal): Promise<readonly ResolvedAddress[]> {
    const listed = await addressesInHostsFile(hostname);
    if (listed.length > 0) return ipv4First(listed);
    const { dnsServers } = this.settings;
    if (dnsServers.length > 0) return ipv4First(await queryDns(hostname, dnsServers, signal));
    for (const name of await this.completions(hostname)) {
      const found = await queryDns(name, this.services.servers, signal);
      if (found.length > 0) return ipv4First(found);
    }
    return mayBeKnownOtherwise(hostname) ? ipv4First(await this.services.system.find(hostname, signal)) : [];
  }

  /** A name without a dot is one of ours first, any other one of the world. */
  private async completions(hostname: string): Promise<string[]> {
    const completed = (await this.services.searchDomains()).map((domain) => `${hostname}.${domain}`);
    return hostname.includes('.') ? [hostname, ...completed] : [...completed, hostname];
  }
}

/** Other systems have name servers for some domains only, of which `resolv.conf` knows nothing. */
function mayBeKnownOtherwise(hostname: string): boolean {
  return process.platform !== 'linux' || !hostname.includes('.') || hostname.endsWith('.local');
}

/** Many hosts have IPv6 addresses but no way out for them; the other way round is rare. */
function ipv4First(addresses: readonly ResolvedAddress[]): ResolvedAddress[] {
  return [...addresses].sort((a, b) => a.family - b.family);
}

/** @throws the DNS error when the time was up: another way of asking would wait as long again. */
async function queryDns(hostname: string, servers: readonly string[], signal: AbortSignal): Promise<ResolvedAddress[]> {
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: QUERY_TIMEOUT_MS, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const found = [...answers(v4, 4), ...answers(v6, 6)];
    const failed = [v4, v6].find((answer) => answer.status === 'rejected' && isTimeout(answer.reason));
    if (found.length === 0 && failed?.status === 'rejected') throw failed.reason;
    return found;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function answers(answer: PromiseSettledResult<string[]>, family: 4 | 6): ResolvedAddress[] {
  return answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
}

function isTimeout(error: unknown): boolean {
  return ['ETIMEOUT', 'ECANCELLED'].includes((error as NodeJS.ErrnoException).code ?? '');
}
