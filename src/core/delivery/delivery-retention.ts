import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Scope } from '../access/index.js';
import type { KeyRing } from '../crypto/index.js';
import type { AuditLog } from '../ports/index.js';
import { DAY_MS, RecurringWork } from '../timing/index.js';
import type { DeliveryTable, TransactionSource } from './delivery-table.js';

/** Rows that one transaction removes: contents of 2 MiB each must go within the time of a statement. */
const BATCH = 200;

export interface RetentionParts {
  readonly table: DeliveryTable;
  readonly transactions: TransactionSource;
  readonly audit: AuditLog;
  readonly keys: Pick<KeyRing, 'isSealed'>;
  /** `null` keeps messages for good. */
  readonly days: number | null;
}

/**
 * Removes messages that were sent or given up some days ago, at start and every day: the row with its content, and
 * what stands beside it. Those that wait or are being sent stay, however old. Any number of processes may do it.
 */
export class DeliveryRetention implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Delivery');
  private readonly work: RecurringWork;

  constructor(private readonly parts: RetentionParts) {
    this.work = new RecurringWork(
      DAY_MS,
      (signal) => this.run(signal),
      (error) => this.warn(error),
    );
  }

  onApplicationBootstrap(): void {
    if (this.parts.days !== null) this.work.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.work.stop();
  }

  /**
   * Removes what has had its time. An organization whose messages cannot be removed is logged, and keeps no other from it.
   * @param signal ends it between two batches; the rest is another run's.
   */
  async run(signal?: AbortSignal): Promise<void> {
    const { transactions, days } = this.parts;
    if (days === null || !this.goesOn(signal)) return;
    const organizations = await transactions.run((tx) =>
      tx.query<{ id: string }>('SELECT id FROM res_organization ORDER BY id'),
    );
    for (const { id } of organizations) {
      try {
        while (this.goesOn(signal) && (await this.removeBatch(id, days)) === BATCH);
      } catch (error) {
        this.warn(error, { organizationId: id });
      }
    }
  }

  /** What is removed leaves a signed audit row, and keys that are missing may come back. */
  private goesOn(signal: AbortSignal | undefined): boolean {
    return !signal?.aborted && !this.parts.keys.isSealed;
  }

  private warn(error: unknown, facts: { readonly organizationId?: string } = {}): void {
    this.logger.warn({ msg: `Old rows of ${this.parts.table.name} could not be removed`, ...facts, err: error });
  }

  /** A message is finished no earlier than it was accepted, so the index of the list leads to the old ones. */
  private async removeBatch(organizationId: string, days: number): Promise<number> {
    const { table, transactions, audit } = this.parts;
    return transactions.run(async (tx) => {
      const { length: removed } = await tx.query(
        `DELETE FROM ${table.name} WHERE id IN (
           SELECT id FROM ${table.name}
           WHERE organization_id = $1
             AND created_at < now() - make_interval(days => $2) AND finished_at < now() - make_interval(days => $2)
           ORDER BY created_at, id LIMIT $3 FOR UPDATE SKIP LOCKED)
         RETURNING id`,
        [organizationId, days, BATCH],
      );
      if (removed === 0) return 0;
      await audit.write(tx, Scope.system(), {
        organizationId,
        action: `${table.action}.removed`,
        recordType: table.recordType,
        facts: { removed, older_than_days: days },
      });
      return removed;
    });
  }
}
