import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { IdempotencyStore } from './idempotency.store.js';

const INTERVAL_MS = 60 * 60 * 1000;

/** Removes old keys, at start and every hour. */
@Injectable()
export class IdempotencyPurger implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(IdempotencyPurger.name);
  private timer: NodeJS.Timeout | undefined;
  private present: Promise<void> = Promise.resolve();

  constructor(private readonly store: IdempotencyStore) {}

  onApplicationBootstrap(): void {
    this.start();
    this.timer = setInterval(() => this.start(), INTERVAL_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.present;
  }

  private start(): void {
    this.present = this.purge().catch((error: unknown) => {
      this.logger.warn({ msg: 'Old idempotency keys could not be removed', err: error });
    });
  }

  private async purge(): Promise<void> {
    while ((await this.store.purge()) > 0);
  }
}
