import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Settings, type EgressPolicy as PolicyMode } from '../config/index.js';
import { isMetadata, isPublic, type Address } from './address.js';
import { allowsAddress, allowsName, type AllowEntry } from './allow-entry.js';
import { EgressAllowList } from './egress-allow-list.js';
import { EgressBlockedError } from './egress.errors.js';
import { ProtectedTargets } from './protected-targets.js';
import type { Target } from './target.js';

/** What stays blocked, whatever the policy and the list say. */
export const NEVER_ALLOWED = ['cloud_metadata', 'own_database'] as const;
/** Why an address may be reached, or may not. */
export const ALLOWED_BECAUSE = ['public', 'listed', 'set_by_operator', 'policy_off'] as const;
export const BLOCKED_BECAUSE = [...NEVER_ALLOWED, 'plain_http', 'not_listed'] as const;

/** What the policy thinks of one address of a target. */
export type Judgement =
  | {
      readonly isAllowed: true;
      readonly reason: (typeof ALLOWED_BECAUSE)[number];
      /** What lists it. */
      readonly entry?: AllowEntry;
    }
  | { readonly isAllowed: false; readonly reason: (typeof BLOCKED_BECAUSE)[number] };

const LIST = 'the allow-list (POST /api/egress/entries, or EDE_EGRESS_ALLOW)';
const NEVER = 'cloud metadata and the own database of this application stay blocked';
const HOW_TO_ALLOW: Readonly<Record<PolicyMode, string>> = {
  allowlist: `An instance admin can allow it by adding it to ${LIST}; ${NEVER}`,
  strict: `EDE_EGRESS_POLICY is strict: an instance admin can set it to allowlist and add the target to ${LIST}; ${NEVER}`,
  off: `Although EDE_EGRESS_POLICY is off, ${NEVER}`,
};

/** Decides which targets may be reached. */
@Injectable()
export class EgressPolicy implements OnModuleInit {
  constructor(
    private readonly settings: Settings,
    private readonly allowList: EgressAllowList,
    private readonly protectedTargets: ProtectedTargets,
  ) {}

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
   * @throws EgressBlockedError with a text that is the same for open and closed ports; EgressFailedError.
   */
  async assertAllowed(target: Target, addresses: readonly Address[], signal: AbortSignal): Promise<void> {
    for (const address of addresses) {
      const { isAllowed } = await this.judge(target, address, signal);
      if (!isAllowed) {
        throw new EgressBlockedError('The target is not allowed by the egress policy', this.hint(target));
      }
    }
  }

  /** What becomes of a connection to this address. @throws EgressFailedError, or the error of the name service. */
  async judge(target: Target, address: Address, signal: AbortSignal): Promise<Judgement> {
    if (isMetadata(address)) return { isAllowed: false, reason: 'cloud_metadata' };
    if (await this.protectedTargets.has(target, [address], signal)) return { isAllowed: false, reason: 'own_database' };
    if (this.settings.egressPolicy === 'off') return { isAllowed: true, reason: 'policy_off' };
    if (target.isSetByOperator === true) return { isAllowed: true, reason: 'set_by_operator' };
    if (!target.isPlainHttp && isPublic(address)) return { isAllowed: true, reason: 'public' };
    const entry = await this.entryFor(target, address);
    if (entry !== null) return { isAllowed: true, reason: 'listed', entry };
    return { isAllowed: false, reason: isPublic(address) ? 'plain_http' : 'not_listed' };
  }

  private async entryFor(target: Target, address: Address): Promise<AllowEntry | null> {
    if (this.settings.egressPolicy !== 'allowlist') return null;
    return this.allowList.find((entry) => allowsName(entry, target) || allowsAddress(entry, target, address));
  }

  private hint(target: Target): string {
    const mode = this.settings.egressPolicy;
    const isPlain = target.isPlainHttp && mode !== 'off';
    return isPlain ? `Plain http goes only to listed targets, so use https. ${HOW_TO_ALLOW[mode]}` : HOW_TO_ALLOW[mode];
  }
}
