import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { OAuthStateStore } from './oauth-state.store.js';

const INTERVAL_MS = 10 * 60 * 1000;

/** Removes consents that nobody finished, at start and every ten minutes. */
@Injectable()
export class OAuthStatePurger implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(OAuthStatePurger.name);
  private timer: NodeJS.Timeout | undefined;
  private present: Promise<void> = Promise.resolve();

  constructor(private readonly states: OAuthStateStore) {}

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
      this.logger.warn({ msg: 'Unfinished consents could not be removed', err: error });
    });
  }

  private async purge(): Promise<void> {
    while ((await this.states.purge()) > 0);
  }
}
