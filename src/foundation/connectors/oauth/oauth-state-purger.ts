import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { MINUTE_MS, RecurringWork } from '../../../core/timing/index.js';
import { OAuthStateStore } from './oauth-state.store.js';

/** Removes consents that nobody finished, at start and every ten minutes. */
@Injectable()
export class OAuthStatePurger implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(OAuthStatePurger.name);
  private readonly work = new RecurringWork(
    10 * MINUTE_MS,
    (signal) => this.purge(signal),
    (error) => this.logger.warn({ msg: 'Unfinished consents could not be removed', err: error }),
  );

  constructor(private readonly states: OAuthStateStore) {}

  onApplicationBootstrap(): void {
    this.work.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.work.stop();
  }

  private async purge(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.states.purge()) > 0);
  }
}
