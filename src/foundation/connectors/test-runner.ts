import { Injectable } from '@nestjs/common';
import {
  ConnectionFailedError,
  ConnectionTest,
  ConnectorConfigError,
  ConnectorRegistry,
  TestStepFailure,
  validateConfig,
  type ConnectionTestResult,
  type ConnectorConnection,
  type ConnectorProvider,
  type TestOutcome,
  type TestSend,
  type TestStep,
} from '../../core/connectors/index.js';
import { SecretUnreadableError } from '../../core/crypto/index.js';
import { DomainError } from '../../core/errors/index.js';
import { waitFor } from '../../core/timing/index.js';
import type { AssembledConfig } from './config-assembler.js';
import { ProviderUnavailableError } from './connectors.errors.js';
import { GivenSecrets } from './given-secrets.js';
import { ConnectionContexts, type TokenOwner } from './oauth/connection-contexts.js';

/** Milliseconds after which a test is ended. Timers fire late, so that the 10 seconds that it may take need some room. */
const ENDS_AFTER_MS = 9_800;
const MAX_MESSAGE = 512;
const CONFIG_TOO_SLOW = 'The configuration could not be read within 10 seconds';

export interface TestOptions {
  /** Adds the write probe. */
  readonly isDeep: boolean;
  /** Sends one real message as the test. */
  readonly send: TestSend | null;
}

export interface TestSubject {
  readonly category: string;
  readonly providerType: string;
  /** Reads the config; what it throws about the config is the result of the step `config`. The signal ends it. */
  readonly readConfig: (signal: AbortSignal) => Promise<AssembledConfig>;
  /** Whose access tokens the connection uses. */
  readonly owner: TokenOwner;
}

/** What a test found; texts are scrubbed of every secret of the config. */
export interface TestReport {
  readonly outcome: TestOutcome;
  readonly message: string;
  readonly latencyMs: number;
  readonly steps: readonly TestStep[];
}

/** Whether the outcome counts as success. */
export function isSuccess(report: TestReport): boolean {
  return report.outcome === 'ok' || report.outcome === 'degraded';
}

/** Runs one test against the remote service. Holds no database connection meanwhile. */
@Injectable()
export class TestRunner {
  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly contexts: ConnectionContexts,
  ) {}

  /**
   * @throws ProviderUnavailableError, and what is wrong with this server, such as SealedError: that says nothing of the
   *   connector. Everything that goes wrong with the config or the service is a report.
   */
  async run(subject: TestSubject, options: TestOptions): Promise<TestReport> {
    if (!this.registry.isRegistered(subject.category, subject.providerType)) throw new ProviderUnavailableError();
    const { provider } = this.registry.get(subject.category, subject.providerType);
    const test = new ConnectionTest(AbortSignal.timeout(ENDS_AFTER_MS), options.isDeep, options.send);
    const read = await readConfig(subject, test.signal);
    const start = performance.now();
    const secrets = new GivenSecrets();
    const result = await this.attempt(provider, read, { owner: subject.owner, test, secrets });
    const clean = (text: string) => secrets.scrub(text).slice(0, MAX_MESSAGE);
    return {
      outcome: result.outcome,
      message: clean(result.message),
      latencyMs: Math.round(performance.now() - start),
      steps: test.steps.map((step) => (step.hint === undefined ? step : { ...step, hint: clean(step.hint) })),
    };
  }

  private async attempt(
    provider: ConnectorProvider,
    read: ReadConfig,
    { owner, test, secrets }: { owner: TokenOwner; test: ConnectionTest; secrets: GivenSecrets },
  ): Promise<ConnectionTestResult> {
    let connection: ConnectorConnection | undefined;
    try {
      connection = await test.step(
        'config',
        async () => {
          if ('fault' in read) throw read.fault;
          const { config, secretValues } = read;
          secrets.add(secretValues);
          const checked = validateConfig(provider.configSchema, config);
          if (!checked.ok) throw new ConnectorConfigError(checked.issues);
          const context = await this.contexts.of(owner, provider, checked.config);
          return provider.fromConfig(checked.config, secrets.watch(context));
        },
        explainConfig,
      );
      return await waitFor(connection.testConnection(test), test.signal);
    } catch (error) {
      const cause = error instanceof TestStepFailure ? error.cause : error;
      if (isOurs(cause)) throw cause;
      return toFailure(error, test.signal);
    } finally {
      // A connection that cannot be closed cleanly says nothing about whether the service works.
      await connection?.dispose?.().catch(() => undefined);
    }
  }
}

type ReadConfig = AssembledConfig | { readonly fault: DomainError };

/** @throws what has nothing to do with the config. */
async function readConfig(subject: TestSubject, signal: AbortSignal): Promise<ReadConfig> {
  try {
    return await waitFor(subject.readConfig(signal), signal);
  } catch (error) {
    if (isOurs(error)) throw error;
    if (signal.aborted) return { fault: new ConnectionFailedError(CONFIG_TOO_SLOW, { cause: error }) };
    if (error instanceof DomainError) return { fault: error };
    throw error;
  }
}

/** Whether this server cannot do its part just now: sealed, without its database, or too busy. */
function isOurs(error: unknown): boolean {
  return error instanceof DomainError && ['unavailable', 'too_many'].includes(error.definition.kind);
}

function explainConfig(error: unknown): { message: string; hint?: string } {
  if (error instanceof SecretUnreadableError) {
    return {
      message: 'secret_unreadable: a stored value cannot be decrypted',
      hint: 'Enter the secrets of this connector again',
    };
  }
  if (error instanceof ConnectionFailedError) {
    return { message: error.message, hint: 'Look after the storage that holds the files of the configuration' };
  }
  if (error instanceof DomainError) return { message: error.message, hint: 'Complete or correct the named params' };
  return { message: 'The configuration cannot be used' };
}

function toFailure(error: unknown, signal: AbortSignal): ConnectionTestResult {
  const isOfService = !(error instanceof TestStepFailure && error.step === 'config');
  if (signal.aborted && isOfService)
    return { outcome: 'failed', message: 'The service did not answer within 10 seconds' };
  if (error instanceof TestStepFailure || error instanceof DomainError)
    return { outcome: 'failed', message: error.message };
  return { outcome: 'failed', message: 'The test failed' };
}
