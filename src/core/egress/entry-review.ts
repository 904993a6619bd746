import { Injectable } from '@nestjs/common';
import { isMetadata, isMetadataNetwork, parseAddress, type Address } from './address.js';
import type { AllowEntry } from './allow-entry.js';
import { withDeadline } from './deadline.js';
import { TIMEOUTS } from './egress-limits.js';
import type { NEVER_ALLOWED } from './egress-policy.js';
import { NameResolver } from './name-resolver.js';
import { ProtectedTargets } from './protected-targets.js';
import { targetOfSocket } from './target.js';

/** An entry that opens more than a 256th of all addresses is `EDE_EGRESS_POLICY=off` by another name. */
const WIDEST_PREFIX = 8;
/** Names under which clouds publish their metadata services; elsewhere they do not resolve. */
const METADATA_NAMES = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.tencentyun.com',
  'metadata.platformequinix.com',
]);

type Never = (typeof NEVER_ALLOWED)[number];

/** Tells entries that must not stand on the list: they would open nothing, or everything. */
@Injectable()
export class EntryReview {
  constructor(
    private readonly resolver: NameResolver,
    private readonly protectedTargets: ProtectedTargets,
  ) {}

  isTooWide(entry: AllowEntry): boolean {
    return 'network' in entry && entry.network[1] < WIDEST_PREFIX;
  }

  /**
   * Why everything that the entry names stays blocked in any case; `null` when it opens something.
   * A name that cannot be looked up now is given the benefit of the doubt: it is judged again with each connection.
   */
  async neverOpens(entry: AllowEntry, signal: AbortSignal): Promise<Never | null> {
    if ('network' in entry && isMetadataNetwork(entry.network)) return 'cloud_metadata';
    if ('name' in entry && METADATA_NAMES.has(entry.name)) return 'cloud_metadata';
    const addresses = await this.addressesOf(entry, signal);
    if (addresses.length === 0) return null;
    if (addresses.every(isMetadata)) return 'cloud_metadata';
    return (await this.isDatabase(entry, addresses, signal)) ? 'own_database' : null;
  }

  private async isDatabase(entry: AllowEntry, addresses: readonly Address[], signal: AbortSignal): Promise<boolean> {
    if (entry.port === null) return false;
    const target = targetOfSocket({ host: 'name' in entry ? entry.name : hostOf(entry.network[0]), port: entry.port });
    for (const address of addresses) {
      if (!(await this.protectedTargets.has(target, [address], signal).catch(() => false))) return false;
    }
    return true;
  }

  /** The address of an entry that names one, what a name resolves to, nothing for a network of several. */
  private async addressesOf(entry: AllowEntry, signal: AbortSignal): Promise<Address[]> {
    if ('network' in entry) {
      const [base, bits] = entry.network;
      return bits === (base.kind() === 'ipv4' ? 32 : 128) ? [base] : [];
    }
    const found = await withDeadline(TIMEOUTS.resolve, signal, (inner) =>
      this.resolver.resolve(entry.name, inner),
    ).catch(() => []);
    signal.throwIfAborted();
    return found.map(({ address }) => parseAddress(address)).filter((address) => address !== null);
  }
}

function hostOf(address: Address): string {
  return address.toString();
}
