import { Resolver } from 'node:dns/promises';
import type { Settings } from '../config/index.js';
import { addressesInHostsFile } from './hosts-file.js';
import { NameResolver, type ResolvedAddress } from './name-resolver.js';
import { searchDomains } from './resolv-conf.js';
import { SystemLookup } from './system-lookup.js';

/** One query and one repetition fit into the two seconds that a look-up may take. */
const QUERY_TIMEOUT_MS = 900;
/** Of a query for a completed name: a silent search domain leaves time for the next name. */
const COMPLETED_QUERY_TIMEOUT_MS = 400;

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
    const found = await this.askDns(hostname, signal);
    if (found.length > 0 || !mayBeKnownOtherwise(hostname)) return ipv4First(found);
    return ipv4First(await this.services.system.find(hostname, signal));
  }

  /** @throws the DNS error when nobody knew the name and somebody was silent. */
  private async askDns(hostname: string, signal: AbortSignal): Promise<ResolvedAddress[]> {
    let failure: Error | null = null;
    for await (const name of this.completions(hostname)) {
      const isCompleted = name !== hostname;
      try {
        const timeoutMs = isCompleted ? COMPLETED_QUERY_TIMEOUT_MS : QUERY_TIMEOUT_MS;
        const found = await queryDns(name, this.services.servers, signal, timeoutMs);
        if (found.length > 0) return found;
      } catch (error) {
        // That one search domain is silent says nothing of the other names.
        if (!isCompleted || signal.aborted) throw error;
        failure = error as Error;
      }
    }
    if (failure) throw failure;
    return [];
  }

  /** A name without a dot is one of ours first, any other one of the world. */
  private async *completions(hostname: string): AsyncGenerator<string> {
    const isOfWorld = hostname.includes('.');
    if (isOfWorld) yield hostname;
    if (!isLocalhost(hostname)) {
      for (const domain of await this.services.searchDomains()) yield `${hostname}.${domain}`;
    }
    if (!isOfWorld) yield hostname;
  }
}

/** Names of this machine itself, which no search domain may lead elsewhere (RFC 6761, section 6.3). */
function isLocalhost(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
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
async function queryDns(
  hostname: string,
  servers: readonly string[],
  signal: AbortSignal,
  timeout = QUERY_TIMEOUT_MS,
): Promise<ResolvedAddress[]> {
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout, tries: 2 });
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
