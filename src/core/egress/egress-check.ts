import { Injectable } from '@nestjs/common';
import { formatAllowEntry } from './allow-entry.js';
import { Dialer } from './dialer.js';
import { EgressBlockedError, EgressFailedError } from './egress.errors.js';
import type { ALLOWED_BECAUSE, BLOCKED_BECAUSE } from './egress-policy.js';
import { EndpointOverrides } from './endpoint-overrides.js';
import type { ResolvedAddress } from './name-resolver.js';
import { targetOfSocket, targetOfUrl, type Target } from './target.js';

/** Why there is no address to judge. */
export const UNDECIDED_BECAUSE = ['malformed', 'not_resolved', 'list_unreadable'] as const;

export interface CheckedAddress {
  readonly address: string;
  readonly isAllowed: boolean;
  readonly reason: (typeof ALLOWED_BECAUSE)[number] | (typeof BLOCKED_BECAUSE)[number];
  /** The entry that lists it, in its canonical form. */
  readonly entry: string | null;
}

/** What would become of a connection, without making it. */
export interface EgressDecision {
  readonly isAllowed: boolean;
  /** That of the first blocked address, or of the first address when all are allowed. */
  readonly reason: CheckedAddress['reason'] | (typeof UNDECIDED_BECAUSE)[number];
  /** As policy and sockets see it; `null` when the target is malformed. */
  readonly target: { readonly host: string; readonly port: number } | null;
  /** All answers of the name service, or the literal. */
  readonly addresses: readonly CheckedAddress[];
}

/** Either form names a target. */
export type CheckedTarget = { readonly url: string } | { readonly host: string; readonly port: number };

/** Explains the policy: resolves and judges as a connection does, and stops there. */
@Injectable()
export class EgressCheck {
  constructor(
    private readonly dialer: Dialer,
    private readonly overrides: EndpointOverrides,
  ) {}

  /** @param wanted a URL is led elsewhere by `EDE_ENDPOINT_OVERRIDES` first, as it is in use. */
  async decide(wanted: CheckedTarget, signal: AbortSignal): Promise<EgressDecision> {
    let target: Target | null = null;
    try {
      target = 'url' in wanted ? targetOfUrl(this.overrides.apply(wanted.url)) : targetOfSocket(wanted);
      const found = await this.dialer.resolve(target, signal);
      return decisionOf(target, await this.judgeAll(target, found, signal));
    } catch (error) {
      if (error instanceof EgressBlockedError) return undecided('malformed', target);
      if (!(error instanceof EgressFailedError) && !signal.aborted) throw error;
      const isUnreadable = error instanceof EgressFailedError && error.phase === 'policy';
      return undecided(isUnreadable ? 'list_unreadable' : 'not_resolved', target);
    }
  }

  private async judgeAll(
    target: Target,
    found: readonly ResolvedAddress[],
    signal: AbortSignal,
  ): Promise<CheckedAddress[]> {
    const judged: CheckedAddress[] = [];
    for (const answer of found) {
      const judgement = await this.dialer.judge(target, answer, signal);
      const entry = judgement.isAllowed && judgement.entry ? formatAllowEntry(judgement.entry) : null;
      judged.push({ address: answer.address, isAllowed: judgement.isAllowed, reason: judgement.reason, entry });
    }
    return judged;
  }
}

function decisionOf({ host, port }: Target, addresses: readonly CheckedAddress[]): EgressDecision {
  const telling = addresses.find(({ isAllowed }) => !isAllowed) ?? addresses[0];
  return {
    isAllowed: telling?.isAllowed ?? false,
    reason: telling?.reason ?? 'not_resolved',
    target: { host, port },
    addresses,
  };
}

function undecided(reason: (typeof UNDECIDED_BECAUSE)[number], target: Target | null): EgressDecision {
  return { isAllowed: false, reason, target: target && { host: target.host, port: target.port }, addresses: [] };
}
