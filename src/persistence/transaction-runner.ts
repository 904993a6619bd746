import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { DatabaseUnavailableError, TooManyRequestsError } from '../core/errors/index.js';
import type { DomainEvent, Transaction } from '../core/ports/index.js';
import { STATEMENT_TIMEOUT_MS } from './data-source-options.js';
import { isDatabaseUnavailable } from './database-unavailable.js';
import type { PoolClient } from './pool-client.js';
import { MAX_RETRIES, isContention, waitBeforeRetry } from './transaction-retry.js';

const RETRY_AFTER_SECONDS = 1;

/** An open transaction with TypeORM's manager. */
export interface TransactionContext extends Transaction {
  readonly manager: EntityManager;
}

export interface TransactionOptions {
  /** Longest wait for one lock, in milliseconds, instead of the usual 3 s. */
  readonly lockTimeoutMs?: number;
}

/** What the transactions of some work do too, for as long as that work runs. */
interface Companion {
  step: ((tx: TransactionContext) => Promise<void>) | null;
}

/** Runs work in a database transaction and delivers its events after commit. */
@Injectable()
export class TransactionRunner {
  private readonly logger = new Logger(TransactionRunner.name);
  private readonly companions = new AsyncLocalStorage<Companion>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly emitter: EventEmitter2,
  ) {}

  /**
   * Commits when `work` resolves, rolls back when it throws. Work that lost against a concurrent transaction is
   * repeated up to three times from its start, so it must not do anything but database work, and never wait for the network.
   * @throws DatabaseUnavailableError when the database or a free connection cannot be had, or the connection is lost.
   * @throws TooManyRequestsError when the work lost every time.
   */
  async run<T>(work: (tx: TransactionContext) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const events: DomainEvent[] = [];
      try {
        const result = await this.attempt(work, events, options);
        this.deliver(events);
        return result;
      } catch (error) {
        if (isDatabaseUnavailable(error)) throw new DatabaseUnavailableError({ cause: error });
        if (!isContention(error)) throw error;
        if (attempt === MAX_RETRIES) throw new ContentionError(error);
        await waitBeforeRetry(attempt);
      }
    }
  }

  /**
   * Does a step in every transaction that `work` begins, after the transaction's own statements: it commits with them.
   * When it throws, they are rolled back.
   */
  async accompany<T>(step: (tx: TransactionContext) => Promise<void>, work: () => Promise<T>): Promise<T> {
    const companion: Companion = { step };
    try {
      return await this.companions.run(companion, work);
    } finally {
      companion.step = null; // what the work left running in the background is not part of it
    }
  }

  /** Work whose transactions are not the caller's own, say of many callers at once: nothing accompanies them. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.companions.exit(work);
  }

  private async attempt<T>(
    work: (tx: TransactionContext) => Promise<T>,
    events: DomainEvent[],
    options: TransactionOptions,
  ): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    let client: PoolClient | null = null;
    try {
      await runner.startTransaction();
      client = (await runner.connect()) as PoolClient;
      if (options.lockTimeoutMs !== undefined) await setLockTimeout(runner, client, options.lockTimeoutMs);
      const last: (() => Promise<void>)[] = [];
      const context = contextOf(runner, events, last);
      const result = await work(context);
      await this.companions.getStore()?.step?.(context);
      for (const step of last) await step();
      // PostgreSQL answers COMMIT of a broken transaction with a rollback and without an error: that must not look
      // like success. Only when the driver does not know it to be sound is the server asked, which then refuses.
      if (!client.isInSoundTransaction) await runner.query('SELECT 1');
      await runner.commitTransaction();
      return result;
    } catch (error) {
      await rollBack(runner);
      throw error;
    } finally {
      client?.extendSilenceLimit(0);
      await runner.release();
    }
  }

  /** The change stands by now: a listener that fails must not make its request fail. */
  private deliver(events: readonly DomainEvent[]): void {
    for (const event of events) {
      try {
        this.emitter.emitAsync(event.name, event).catch((error: unknown) => this.logListenerFailure(event, error));
      } catch (error) {
        this.logListenerFailure(event, error);
      }
    }
  }

  private logListenerFailure(event: DomainEvent, error: unknown): void {
    this.logger.error(`A listener of ${event.name} failed`, error instanceof Error ? error.stack : undefined);
  }
}

/** The work lost against concurrent transactions each time. */
class ContentionError extends TooManyRequestsError {
  constructor(cause: unknown) {
    super(RETRY_AFTER_SECONDS, 'Others change the same records right now');
    this.cause = cause;
  }
}

function contextOf(runner: QueryRunner, events: DomainEvent[], last: (() => Promise<void>)[]): TransactionContext {
  return {
    manager: runner.manager,
    emit: (event) => void events.push(event),
    beforeCommit: (work) => void last.push(work),
    async query<Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
      // The structured result has rows for UPDATE and DELETE too, where the plain one is a pair.
      const result = await runner.query(sql, [...parameters], true);
      return (result.records ?? []) as Row[];
    },
  };
}

async function setLockTimeout(runner: QueryRunner, client: PoolClient, lockTimeoutMs: number): Promise<void> {
  client.extendSilenceLimit(lockTimeoutMs);
  await runner.query(`SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true)`, [
    String(lockTimeoutMs),
    String(lockTimeoutMs + STATEMENT_TIMEOUT_MS),
  ]);
}

/** What was thrown first is what the caller needs; a connection that cannot roll back is dropped by the pool. */
async function rollBack(runner: QueryRunner): Promise<void> {
  if (!runner.isTransactionActive || runner.isReleased) return;
  await runner.rollbackTransaction().catch(() => undefined);
}
