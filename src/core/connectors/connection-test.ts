/** What a test found. Only `ok` and `degraded` count as success. */
export type TestOutcome = 'ok' | 'degraded' | 'failed' | 'not_testable';

/** Names of steps, in the order in which they happen; a test takes those that apply. */
export const TEST_STEP_NAMES = [
  'config',
  'egress',
  'resolve',
  'connect',
  'tls',
  'auth',
  'access',
  'write',
  'send',
] as const;

export type TestStepName = (typeof TEST_STEP_NAMES)[number];

export interface TestStep {
  readonly name: TestStepName;
  readonly ok: boolean;
  /** Milliseconds. */
  readonly ms: number;
  /** What an administrator can do about it; safe text. */
  readonly hint?: string;
}

/** What a provider answers from `testConnection`. */
export interface ConnectionTestResult {
  readonly outcome: TestOutcome;
  /** Safe text, at most 512 characters once stored. */
  readonly message: string;
}

/** Makes results. */
export const testResult = {
  ok: (message = 'Connected'): ConnectionTestResult => ({ outcome: 'ok', message }),
  degraded: (message: string): ConnectionTestResult => ({ outcome: 'degraded', message }),
  notTestable: (message: string): ConnectionTestResult => ({ outcome: 'not_testable', message }),
} as const;

/** Thrown by a failing step; ends the test as `failed`. */
export class TestStepFailure extends Error {
  constructor(
    readonly step: TestStepName,
    message: string,
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'TestStepFailure';
  }
}

/** One message to send as the test of a service that cannot be tried otherwise. */
export interface TestSend {
  readonly to?: string;
  readonly text?: string;
}

/** Turns what a step threw into the safe text that is stored and shown. */
export type ExplainFailure = (error: unknown) => { readonly message: string; readonly hint?: string };

/** A running test: the provider reports its steps here. */
export class ConnectionTest {
  private readonly recorded: TestStep[] = [];

  constructor(
    /** Aborts when the total time is up. */
    readonly signal: AbortSignal,
    /** Whether the write probe is wanted too. */
    readonly deep: boolean = false,
    /** Set when the caller asks that one real message be sent. */
    readonly send: TestSend | null = null,
  ) {}

  /** The steps so far; a late step of a test that ran out of time does not change a list given before. */
  get steps(): readonly TestStep[] {
    return [...this.recorded];
  }

  /** Adds a step measured elsewhere (the egress door reports `egress, resolve, connect, tls`). */
  record(step: TestStep): void {
    this.recorded.push(step);
  }

  /**
   * Runs and times one step.
   * A failure that names another step counts for that one; whatever throws, a failed step is on the list.
   * @param explain gives the safe text for what `run` threw; without it a general sentence is used.
   * @throws TestStepFailure when `run` throws.
   */
  async step<T>(name: TestStepName, run: () => Promise<T>, explain?: ExplainFailure): Promise<T> {
    const start = performance.now();
    const elapsed = () => Math.round(performance.now() - start);
    try {
      const value = await run();
      this.record({ name, ok: true, ms: elapsed() });
      return value;
    } catch (error) {
      const failure = error instanceof TestStepFailure ? error : asFailure(name, error, explain);
      if (!this.recorded.some((step) => step.name === failure.step && !step.ok)) {
        const { step, hint } = failure;
        this.record({ name: step, ok: false, ms: elapsed(), ...(hint !== undefined && { hint }) });
      }
      throw failure;
    }
  }
}

function asFailure(name: TestStepName, error: unknown, explain?: ExplainFailure): TestStepFailure {
  const { message, hint } = explain?.(error) ?? { message: `The step ${name} failed` };
  return new TestStepFailure(name, message, hint, { cause: error });
}
