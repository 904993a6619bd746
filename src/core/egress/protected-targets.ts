import { networkInterfaces } from 'node:os';
import { Injectable } from '@nestjs/common';
import { Settings } from '../config/index.js';
import { isLoopback, isSameAddress, parseAddress, type Address } from './address.js';
import { NameResolver } from './name-resolver.js';
import { canonicalHost, type Target } from './target.js';

const DEFAULT_POSTGRES_PORT = 5432;

interface ProtectedTarget {
  readonly host: string;
  readonly port: number;
}

/**
 * What no connector may reach, whatever the policy: the app's own database.
 * A database on this machine is protected under every address of the machine.
 */
@Injectable()
export class ProtectedTargets {
  private readonly targets: ProtectedTarget[] = [];

  constructor(
    settings: Settings,
    private readonly resolver: NameResolver,
  ) {
    if (settings.databaseUrl !== null) this.protectDatabase(settings.databaseUrl);
  }

  /** @param url a PostgreSQL connection URL. */
  protectDatabase(url: string): void {
    // PostgreSQL allows an empty host, the URL parser does not.
    const { hostname, port, searchParams } = new URL(url.replace('@/', '@localhost/'));
    const host = searchParams.get('host') ?? decodeURIComponent(hostname);
    this.targets.push({
      // A socket file says nothing of TCP: the same server may listen on this machine too.
      host: host === '' || host.startsWith('/') ? 'localhost' : canonicalHost(host).replace(/^\[|\]$/g, ''),
      port: Number(searchParams.get('port') ?? (port || DEFAULT_POSTGRES_PORT)),
    });
  }

  /**
   * Whether one of the addresses is a protected target's.
   * @throws the resolver's error when a protected name cannot be looked up: then nothing passes on its port.
   */
  async has(target: Target, addresses: readonly Address[], signal: AbortSignal): Promise<boolean> {
    for (const { host } of this.targets.filter(({ port }) => port === target.port)) {
      if (host === target.host) return true;
      const own = await this.addressesOf(host, signal);
      const isHere = own.some(isOfThisMachine);
      if (
        addresses.some((address) => (isHere && isOfThisMachine(address)) || own.some((a) => isSameAddress(a, address)))
      ) {
        return true;
      }
    }
    return false;
  }

  private async addressesOf(host: string, signal: AbortSignal): Promise<Address[]> {
    const literal = parseAddress(host);
    if (literal !== null) return [literal];
    const resolved = await this.resolver.resolve(host, signal);
    return resolved.map(({ address }) => parseAddress(address)).filter((address) => address !== null);
  }
}

function isOfThisMachine(address: Address): boolean {
  if (isLoopback(address)) return true;
  return Object.values(networkInterfaces())
    .flatMap((interfaces) => interfaces ?? [])
    .map((entry) => parseAddress(entry.address.replace(/%.*$/, '')))
    .some((own) => own !== null && isSameAddress(own, address));
}
