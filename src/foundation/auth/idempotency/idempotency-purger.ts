import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { MINUTE_MS, RecurringWork } from '../../../core/timing/index.js';
import { IdempotencyStore } from './idempotency.store.js';

/** Removes old keys, at start and every hour. */
@Injectable()
export class IdempotencyPurger implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(IdempotencyPurger.name);
  private readonly work = new RecurringWork(
    60 * MINUTE_MS,
    (signal) => this.purge(signal),
    (error) => this.logger.warn({ msg: 'Old idempotency keys could not be removed', err: error }),
  );

  constructor(private readonly store: IdempotencyStore) {}

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.work.stop();
  }

  private async purge(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.store.purge()) > 0);
  }
}
