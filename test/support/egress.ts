import { Settings } from '../../src/core/config/index.js';
import { Dialer } from '../../src/core/egress/dialer.js';
import { EgressHttpClient } from '../../src/core/egress/http-client.js';
import {
  Egress,
  EgressAllowList,
  EgressCheck,
  EgressPolicy,
  EndpointOverrides,
  EntryReview,
  NameResolver,
  ProtectedTargets,
  type ResolvedAddress,
} from '../../src/core/egress/index.js';
import { SystemResolver } from '../../src/core/egress/system-resolver.js';

/** A name service under the control of a test. Each look-up of a name takes its next answer; the last one stays. */
export class ScriptedResolver extends NameResolver {
  readonly asked: string[] = [];
  private readonly answers = new Map<string, string[][]>();

  answer(hostname: string, ...answers: string[][]): this {
    this.answers.set(hostname, answers);
    return this;
  }

  resolve(hostname: string): Promise<readonly ResolvedAddress[]> {
    this.asked.push(hostname);
    const answers = this.answers.get(hostname) ?? [[]];
    const [next = []] = answers.length > 1 ? answers.splice(0, 1) : answers;
    return Promise.resolve(next.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
  }
}

export interface EgressSetup {
  readonly policy?: 'allowlist' | 'strict' | 'off';
  readonly allow?: readonly string[];
  readonly databaseUrl?: string;
  readonly resolver?: NameResolver;
  readonly dnsServers?: readonly string[];
  /** Public origin → origin to use instead. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** The egress door as the application builds it, with its own settings. */
export function egressFor(setup: EgressSetup = {}): {
  egress: Egress;
  policy: EgressPolicy;
  allowList: EgressAllowList;
  check: EgressCheck;
  review: EntryReview;
  close: () => Promise<void>;
} {
  const settings = Object.assign(new Settings(), {
    egressPolicy: setup.policy ?? 'allowlist',
    egressAllow: setup.allow ?? [],
    databaseUrl: setup.databaseUrl ?? null,
    dnsServers: setup.dnsServers ?? [],
    endpointOverrides: new Map(Object.entries(setup.overrides ?? {})),
  });
  const resolver = setup.resolver ?? new SystemResolver(settings);
  const [allowList, protectedTargets] = [new EgressAllowList(settings), new ProtectedTargets(settings, resolver)];
  const policy = new EgressPolicy(settings, allowList, protectedTargets);
  const dialer = new Dialer(policy, resolver);
  const http = new EgressHttpClient(dialer);
  const overrides = new EndpointOverrides(settings);
  return {
    egress: new Egress(dialer, http, overrides),
    policy,
    allowList,
    check: new EgressCheck(dialer, overrides),
    review: new EntryReview(resolver, protectedTargets),
    close: () => http.onApplicationShutdown(),
  };
}
