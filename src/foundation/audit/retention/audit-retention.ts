import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Settings } from '../../../core/config/index.js';
import { SealedError } from '../../../core/errors/index.js';
import { DAY_MS, RecurringWork } from '../../../core/timing/index.js';
import { ChainTrimmer } from './chain-trimmer.js';

/** Removes audit rows that are older than EDE_AUDIT_RETENTION_DAYS, at start and every day; without it, none ever. */
@Injectable()
export class AuditRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Audit');
  private readonly work = new RecurringWork(
    DAY_MS,
    (signal) => this.run(signal),
    (error) => this.warn(error),
  );

  constructor(
    private readonly settings: Settings,
    private readonly dataSource: DataSource,
    private readonly trimmer: ChainTrimmer,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.auditRetentionDays !== null) this.work.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.work.stop();
  }

  /**
   * Removes what has had its time, from all trails. A trail that fails is logged, and keeps no other from it.
   * @param signal leaves the rest to another run. @throws SealedError
   */
  async run(signal?: AbortSignal): Promise<void> {
    const days = this.settings.auditRetentionDays;
    if (days === null) return;
    const chains = await this.dataSource.query<{ chain: string }[]>('SELECT chain FROM audit_chain ORDER BY chain');
    for (const { chain } of chains) {
      if (signal?.aborted) return;
      try {
        await this.trimmer.trim(chain, days, signal);
      } catch (error) {
        if (error instanceof SealedError) throw error;
        this.warn(error, { chain });
      }
    }
  }

  private warn(error: unknown, facts: { readonly chain?: string } = {}): void {
    this.logger.warn({ msg: 'Old audit events could not be removed', ...facts, err: error });
  }
}
