import type { Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';

export interface PoolClientConfig extends ClientConfig {
  /** Longest silence of the server while it owes an answer, in milliseconds; without it there is no limit. */
  readonly silenceLimitMs?: number;
}

/** What the driver's client has beside what its types say. */
interface Internals {
  readonly connection: { readonly stream: Socket };
  /** Whether it has the server's last word on the statement before. */
  readonly readyForQuery?: boolean;
  /** `T` in a sound transaction, `E` in a broken one. */
  getTransactionStatus?(): string | null;
}

/** The server neither answered nor closed the connection. Its code is that of a socket that came to the same end. */
export class SilentDatabaseError extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The database server did not answer in time');
    this.name = 'SilentDatabaseError';
  }
}

/**
 * A connection of the pool that always has somebody to tell its errors to. Between the pool, which stops listening, and
 * the query runner, which starts a moment later, there is nobody: a session that is ended right then would end the
 * process. Whoever uses the connection next meets the error in his query.
 *
 * A host that vanished closes nothing: a connection on which an answer is overdue is ended here, so that the pool gets
 * its place back. Any byte counts as a sign of life, so a long answer is not cut.
 */
export class PoolClient extends Client {
  private readonly silenceLimitMs: number | undefined;

  constructor(config?: PoolClientConfig) {
    super(config);
    this.silenceLimitMs = config?.silenceLimitMs;
    this.on('error', () => undefined);
    // Not earlier: with TLS the socket is another one by then.
    this.once('connect', () => this.watchSilence());
  }

  /** Whether the session is in a transaction in which no statement has failed, as far as the driver knows. */
  get isInSoundTransaction(): boolean {
    return this.internals.readyForQuery === true && this.internals.getTransactionStatus?.() === 'T';
  }

  /** @param byMs how much longer than usual an answer may take, until this is called again; 0 for the usual. */
  extendSilenceLimit(byMs: number): void {
    if (this.silenceLimitMs !== undefined) this.internals.connection.stream.setTimeout(this.silenceLimitMs + byMs);
  }

  private watchSilence(): void {
    const { stream } = this.internals.connection;
    stream.on('timeout', () => {
      if (this.internals.readyForQuery !== true) stream.destroy(new SilentDatabaseError());
    });
    this.extendSilenceLimit(0);
  }

  private get internals(): Internals {
    return this as unknown as Internals;
  }
}
