import type { S3Client } from '@aws-sdk/client-s3';
import type { Egress, EgressAgents } from '../../core/egress/index.js';
import { limitAnswers } from './answer-limit.js';
import { assumeRole, type AwsRole } from './assume-role.js';
import { awsClientConfig, loadSdk, type AwsKeys } from './aws-client.js';
import { AwsCallError, awsFailure } from './aws-failure.js';
import { SourceError } from './part-reader.js';

/** One bucket and how it is reached. */
export interface S3Options {
  readonly endpoint: URL;
  readonly region: string;
  readonly bucket: string;
  /** Whether the bucket stands in the path instead of the host name. */
  readonly isPathStyle: boolean;
  readonly keys: AwsKeys;
  readonly role?: AwsRole;
  /** Folder that all keys are under. */
  readonly prefix?: string;
  readonly encryption?: 'AES256' | 'aws:kms';
}

type Sdk = typeof import('@aws-sdk/client-s3');

/** The SDK and a client for one connection. */
export interface S3 {
  readonly sdk: Sdk;
  readonly client: S3Client;
}

/** Look-ups and small writes, retries included, in milliseconds. */
const CALL_TIMEOUT_MS = 15_000;
const CLEANUP_TIMEOUT_MS = 5_000;

/** Owns the SDK's client of one connection, made at the first call. */
export class S3Session {
  private readonly agents: EgressAgents;
  private readonly cleanUps = new Set<Promise<void>>();
  private opened: Promise<S3> | null = null;

  constructor(
    readonly options: S3Options,
    egress: Egress,
  ) {
    this.agents = egress.httpAgents();
  }

  /**
   * Runs one call that is answered soon.
   * @throws the signal's reason, an AwsCallError, or what the egress door throws.
   */
  async call<T>(signal: AbortSignal, run: (s3: S3, signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = AbortSignal.timeout(CALL_TIMEOUT_MS);
    return this.run(signal, (s3) => run(s3, AbortSignal.any([signal, limit])));
  }

  /**
   * Runs one call whose answer is a stream: the time limit ends with the first byte, the signal goes on to rule.
   * @throws as `call` does.
   */
  async begin<T>(signal: AbortSignal, run: (s3: S3, signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), CALL_TIMEOUT_MS);
    try {
      return await this.run(signal, (s3) => run(s3, AbortSignal.any([signal, limit.signal])));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Runs calls that last as long as their caller likes. @throws as `call` does. */
  async run<T>(signal: AbortSignal, run: (s3: S3) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    try {
      return await run(await this.open());
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof SourceError) throw error.cause;
      throw isAbort(error) ? tooSlow(error) : awsFailure(error);
    }
  }

  /**
   * Removes what a failed call left in the bucket, with a time of its own: the caller's is often up.
   * A failure is swallowed, because the caller is told the first one.
   */
  async cleanUp(run: (s3: S3, signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const task = this.open()
      .then((s3) => run(s3, AbortSignal.timeout(CLEANUP_TIMEOUT_MS)))
      .then(ignore, ignore)
      .finally(() => this.cleanUps.delete(task));
    this.cleanUps.add(task);
    await task;
  }

  /** Closes all sockets, also busy ones. A running clean-up keeps them a little longer, and nobody waiting. */
  async dispose(): Promise<void> {
    const closed = Promise.all(this.cleanUps).then(() => this.close());
    if (this.cleanUps.size === 0) await closed;
  }

  private async close(): Promise<void> {
    this.agents.destroy();
    const s3 = await this.opened?.catch(() => null);
    s3?.client.destroy();
  }

  private open(): Promise<S3> {
    this.opened ??= this.makeClient();
    return this.opened;
  }

  private async makeClient(): Promise<S3> {
    const sdk = await loadSdk('@aws-sdk/client-s3', () => import('@aws-sdk/client-s3'));
    const { endpoint, region, keys, role, isPathStyle } = this.options;
    const credentials = role === undefined ? keys : () => assumeRole(role, keys, this.agents);
    const client = new sdk.S3Client({
      ...awsClientConfig({ endpoint, region, credentials, agents: this.agents }),
      forcePathStyle: isPathStyle,
      // The default adds checksums as trailers, which corrupt streamed uploads on other vendors' servers.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
    limitAnswers(client);
    return { sdk, client };
  }
}

function ignore(): void {}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function tooSlow(cause: unknown): AwsCallError {
  const hint = 'Try again later; check the network in between';
  return new AwsCallError({ step: 'auth', message: 'The service did not answer in time', hint }, { cause });
}
