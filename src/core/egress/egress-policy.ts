import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Settings, type EgressPolicy as PolicyMode } from '../config/index.js';
import { isMetadata, isPublic, type Address } from './address.js';
import { allowsAddress, allowsName, parseAllowEntry, type AllowEntry } from './allow-entry.js';
import { EgressAllowList } from './egress-allow-list.js';
import { EgressBlockedError } from './egress.errors.js';
import { ProtectedTargets } from './protected-targets.js';
import type { Target } from './target.js';

const NEVER = 'cloud metadata and the own database of this application stay blocked';
const HOW_TO_ALLOW: Readonly<Record<PolicyMode, string>> = {
  allowlist: `An instance admin can allow it by listing it in EDE_EGRESS_ALLOW; ${NEVER}`,
  strict: `EDE_EGRESS_POLICY is strict: an instance admin can set it to allowlist and list the target in EDE_EGRESS_ALLOW; ${NEVER}`,
  off: `Although EDE_EGRESS_POLICY is off, ${NEVER}`,
};

/** Decides which targets may be reached. */
@Injectable()
export class EgressPolicy implements OnModuleInit {
  private parsed: { readonly from: readonly string[]; readonly entries: readonly AllowEntry[] } | null = null;

  /** @throws AllowEntryError when an entry of the list is not understood; the boot stops. */
  constructor(
    private readonly settings: Settings,
    private readonly allowList: EgressAllowList,
    private readonly protectedTargets: ProtectedTargets,
  ) {
    this.entries();
  }

  /** Says at start what is unusual about the policy. */
  onModuleInit(): void {
    const logger = new Logger('Egress');
    const { egressPolicy, egressAllow } = this.settings;
    if (egressPolicy === 'off') logger.warn('EDE_EGRESS_POLICY is off: connectors may reach every private address');
    if (egressPolicy === 'strict' && egressAllow.length > 0) {
      logger.warn('EDE_EGRESS_POLICY is strict: EDE_EGRESS_ALLOW is ignored');
    }
  }

  /**
   * Passes when every address may be reached for this target.
   * @param addresses all answers of the name service, or the one literal.
   * @throws EgressBlockedError with a text that is the same for open and closed ports.
   */
  async assertAllowed(target: Target, addresses: readonly Address[], signal: AbortSignal): Promise<void> {
    const isForbidden = addresses.some(isMetadata) || (await this.protectedTargets.has(target, addresses, signal));
    if (!isForbidden && addresses.every((address) => this.isAllowed(target, address))) return;
    throw new EgressBlockedError('The target is not allowed by the egress policy', this.hint(target));
  }

  private isAllowed(target: Target, address: Address): boolean {
    if (this.settings.egressPolicy === 'off' || this.isListed(target, address)) return true;
    if (target.isSetByOperator === true) return true;
    return !target.isPlainHttp && isPublic(address);
  }

  private isListed(target: Target, address: Address): boolean {
    if (this.settings.egressPolicy !== 'allowlist') return false;
    return this.entries().some((entry) => allowsName(entry, target) || allowsAddress(entry, target, address));
  }

  private hint(target: Target): string {
    const mode = this.settings.egressPolicy;
    const isPlain = target.isPlainHttp && mode !== 'off';
    return isPlain ? `Plain http goes only to listed targets, so use https. ${HOW_TO_ALLOW[mode]}` : HOW_TO_ALLOW[mode];
  }

  /** Parsed again only when the list is another one. */
  private entries(): readonly AllowEntry[] {
    const from = this.allowList.entries();
    if (this.parsed?.from !== from) this.parsed = { from, entries: from.map(parseAllowEntry) };
    return this.parsed.entries;
  }
}
