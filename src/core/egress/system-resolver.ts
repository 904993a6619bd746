import { Resolver, lookup } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';
import { Settings } from '../config/index.js';
import { addressesInHostsFile } from './hosts-file.js';
import { NameResolver, type ResolvedAddress } from './name-resolver.js';

/** One query and one repetition fit into the two seconds that a look-up may take. */
const QUERY_TIMEOUT_MS = 900;
/** Of the four threads that Node has for look-ups, files and hashing. */
const MAX_SYSTEM_LOOKUPS = 2;

/**
 * The name services of this machine: hosts file, DNS, and what else the system knows (search domains, mDNS).
 * DNS is asked directly because the system's look-up holds one of Node's few threads for as long as a slow name
 * server likes: a tenant's slow name must not stall file access and sign-in of all others.
 * With `EDE_DNS_SERVERS` set, hosts file and those servers are all that is asked.
 */
@Injectable()
export class SystemResolver extends NameResolver {
  private running = 0;
  private readonly waiting = new Set<() => void>();
  private readonly servers: readonly string[];

  constructor(settings: Settings) {
    super();
    this.servers = settings.dnsServers;
  }

  async resolve(hostname: string, signal: AbortSignal): Promise<readonly ResolvedAddress[]> {
    const listed = await addressesInHostsFile(hostname);
    if (listed.length > 0) return ipv4First(listed);
    const hasServers = this.servers.length > 0;
    const found = hasServers || hostname.includes('.') ? await queryDns(hostname, this.servers, signal) : [];
    return ipv4First(found.length > 0 || hasServers ? found : await this.systemLookup(hostname, signal));
  }

  private async systemLookup(hostname: string, signal: AbortSignal): Promise<ResolvedAddress[]> {
    await this.acquire(signal);
    try {
      const found = await lookup(hostname, { all: true });
      return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
    } catch (error) {
      if (isNoSuchName(error)) return [];
      throw error;
    } finally {
      this.release();
    }
  }

  private async acquire(signal: AbortSignal): Promise<void> {
    while (this.running >= MAX_SYSTEM_LOOKUPS) {
      await new Promise<void>((resolve, reject) => {
        const go = () => {
          signal.removeEventListener('abort', stop);
          resolve();
        };
        const stop = () => {
          this.waiting.delete(go);
          reject(signal.reason as Error);
        };
        this.waiting.add(go);
        signal.addEventListener('abort', stop, { once: true });
      });
    }
    signal.throwIfAborted();
    this.running += 1;
  }

  private release(): void {
    this.running -= 1;
    const [next] = this.waiting;
    if (next === undefined) return;
    this.waiting.delete(next);
    next();
  }
}

/** Many hosts have IPv6 addresses but no way out for them; the other way round is rare. */
function ipv4First(addresses: readonly ResolvedAddress[]): ResolvedAddress[] {
  return [...addresses].sort((a, b) => a.family - b.family);
}

/** @throws the DNS error when the time was up: another way of asking would wait as long again. */
async function queryDns(hostname: string, servers: readonly string[], signal: AbortSignal): Promise<ResolvedAddress[]> {
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

function isNoSuchName(error: unknown): boolean {
  return ['ENOTFOUND', 'ENODATA'].includes((error as NodeJS.ErrnoException).code ?? '');
}
