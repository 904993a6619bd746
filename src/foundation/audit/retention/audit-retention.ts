import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Settings } from '../../../core/config/index.js';
import { ChainTrimmer } from './chain-trimmer.js';

const INTERVAL_MS = 24 * 60 * 60 * 1000;

/** Removes audit rows that are older than EDE_AUDIT_RETENTION_DAYS, at start and every day; without it, none ever. */
@Injectable()
export class AuditRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Audit');
  private timer: NodeJS.Timeout | undefined;
  private present: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    private readonly settings: Settings,
    private readonly dataSource: DataSource,
    private readonly trimmer: ChainTrimmer,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.auditRetentionDays === null) return;
    this.start();
    this.timer = setInterval(() => this.start(), INTERVAL_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    await this.present;
  }

  /** Removes what has had its time, from all trails. */
  async run(): Promise<void> {
    const days = this.settings.auditRetentionDays;
    if (days === null) return;
    const chains = await this.dataSource.query<{ chain: string }[]>('SELECT chain FROM audit_chain ORDER BY chain');
    for (const { chain } of chains) {
      if (this.isStopping) return;
      await this.trimmer.trim(chain, days);
    }
  }

  private start(): void {
    this.present = this.run().catch((error: unknown) => {
      this.logger.warn({ msg: 'Old audit events could not be removed', err: error });
    });
  }
}
