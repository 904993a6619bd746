import { Injectable } from '@nestjs/common';
import type { Scope } from '../access/index.js';
import type { Transaction } from './transaction.js';

/** How many records of one kind use a record, e.g. `{ kind: 'documents', count: 12 }`. */
export interface Usage {
  readonly kind: string;
  readonly count: number;
}

/** A record that others may use. */
export interface UsedRecord {
  /** e.g. `ir.connector`. */
  readonly type: string;
  readonly organizationId: string;
  readonly id: string;
}

/** A kind of records that use one, and shall be dropped. */
export interface ForgottenUse {
  readonly kind: string;
  readonly record: UsedRecord;
}

/** Tells who uses a record. Runs inside the caller's transaction. */
export interface UsageSource {
  /** e.g. `documents`. */
  readonly kind: string;
  count(tx: Transaction, organizationId: string, recordId: string): Promise<number>;
  /**
   * Drops the using records, where an administrator may ask for that (`?documents=forget`). Answers how many.
   * @param scope who asks, for the audit.
   */
  forget?(tx: Transaction, scope: Scope, record: UsedRecord): Promise<number>;
}

/** Where modules register that they use records of another: the owner asks here before it deletes. */
@Injectable()
export class UsageRegistry {
  private readonly sources = new Map<string, UsageSource[]>();

  /** @param recordType e.g. `ir.connector`. */
  register(recordType: string, source: UsageSource): void {
    this.sources.set(recordType, [...(this.sources.get(recordType) ?? []), source]);
  }

  /** Only uses with a count above zero. */
  async usages(tx: Transaction, { type, organizationId, id }: UsedRecord): Promise<Usage[]> {
    const found: Usage[] = [];
    for (const source of this.sources.get(type) ?? []) {
      const count = await source.count(tx, organizationId, id);
      if (count > 0) found.push({ kind: source.kind, count });
    }
    return found;
  }

  /** @returns how many records of that kind were dropped. */
  async forget(tx: Transaction, scope: Scope, { kind, record }: ForgottenUse): Promise<number> {
    let dropped = 0;
    for (const source of this.sources.get(record.type) ?? []) {
      if (source.kind === kind && source.forget) dropped += await source.forget(tx, scope, record);
    }
    return dropped;
  }
}
