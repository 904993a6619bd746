import { TestStepFailure, type ConnectionTest, type ExplainFailure } from '../connectors/index.js';
import type { Dialer, Security } from './dialer.js';
import { EgressBlockedError, EgressFailedError } from './egress.errors.js';
import type { ResolvedAddress } from './name-resolver.js';
import type { Target } from './target.js';

/** Message and hint of what the egress door threw; of anything else a general sentence. */
export const explainEgress: ExplainFailure = (error) => {
  if (error instanceof EgressBlockedError) return { message: error.reason, hint: error.hint };
  if (error instanceof EgressFailedError) return { message: error.message, hint: error.hint };
  return { message: 'The service could not be reached', hint: 'Try again later' };
};

/** A target and what is spoken to it. */
export interface Way {
  readonly target: Target;
  readonly security: Security;
}

/**
 * Connects once and hangs up, reporting the steps `egress`, `resolve` (for names), `connect`, `tls` (when wanted).
 * The policy judges addresses, so it is asked after the look-up; it is still the first step on the list.
 * @throws TestStepFailure of the step that failed.
 */
export async function probeTarget(dialer: Dialer, wayTo: () => Way, test: ConnectionTest): Promise<void> {
  const { target, security } = await parsed(wayTo, test);
  const lookup = await measured(() => dialer.resolve(target, test.signal));
  await test.step('egress', () => dialer.assertAllowed(target, lookup.value ?? [], test.signal), explainEgress);
  const addresses = reportLookup(target, lookup, test);
  const socket = await test.step('connect', () => dialer.connect(target, addresses, test.signal), explainEgress);
  const last =
    security === null
      ? socket
      : await test.step('tls', () => dialer.secure(socket, target, security, test.signal), explainEgress);
  last.destroy();
}

/** An address that cannot be parsed is blocked like one that may not be reached. */
async function parsed(wayTo: () => Way, test: ConnectionTest): Promise<Way> {
  try {
    return wayTo();
  } catch (error) {
    return test.step('egress', () => Promise.reject(error as Error), explainEgress);
  }
}

interface Lookup {
  readonly value: readonly ResolvedAddress[] | null;
  readonly error: unknown;
  readonly ms: number;
}

async function measured(run: () => Promise<readonly ResolvedAddress[]>): Promise<Lookup> {
  const start = performance.now();
  const elapsed = () => Math.round(performance.now() - start);
  return run().then(
    (value) => ({ value, error: null, ms: elapsed() }),
    (error: unknown) => ({ value: null, error, ms: elapsed() }),
  );
}

function reportLookup(target: Target, { value, error, ms }: Lookup, test: ConnectionTest): readonly ResolvedAddress[] {
  if (value !== null) {
    if (target.literal === null) test.record({ name: 'resolve', ok: true, ms });
    return value;
  }
  const { message, hint } = explainEgress(error);
  test.record({ name: 'resolve', ok: false, ms, ...(hint !== undefined && { hint }) });
  throw new TestStepFailure('resolve', message, hint, { cause: error });
}
