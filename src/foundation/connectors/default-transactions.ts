import { Injectable } from '@nestjs/common';
import { TransactionRunner, type TransactionContext } from '../../persistence/index.js';
import { DEFAULT_LOCK_TIMEOUT_MS, defaultKey, lockDefault } from './default-lock.js';
import { KeyedQueue } from './keyed-queue.js';

/** Whose default a change concerns. */
export interface DefaultOwner {
  readonly organizationId: string;
  readonly category: string;
}

/**
 * Runs changes of connectors. One that may move the default of its category and organization queues in process before
 * it takes a connection, then takes the advisory lock before any row.
 */
@Injectable()
export class DefaultTransactions {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly queue: KeyedQueue,
  ) {}

  /**
   * @param mayMoveDefault whether `work` may set, clear or delete the default.
   * @throws TooManyRequestsError after 30 s of waiting in this process.
   */
  async runFor<T>(
    owner: DefaultOwner,
    mayMoveDefault: boolean,
    work: (tx: TransactionContext) => Promise<T>,
  ): Promise<T> {
    if (!mayMoveDefault) return this.transactions.run(work);
    const { organizationId, category } = owner;
    return this.queue.run(defaultKey(organizationId, category), () =>
      this.transactions.run(
        async (tx) => {
          await lockDefault(tx.manager, organizationId, category);
          return work(tx);
        },
        { lockTimeoutMs: DEFAULT_LOCK_TIMEOUT_MS },
      ),
    );
  }
}
