import { Injectable } from '@nestjs/common';
import {
  EncryptedData,
  INSTANCE,
  kindOf,
  type EncryptedColumn,
  type Walk,
  type WalkedPage,
} from '../../../../core/crypto/index.js';
import { ColumnWalker } from './column-walker.js';

/** One place where ciphertext is kept, walked the same way whatever it is. */
export interface CipherSource {
  readonly kind: string;
  /** @param organizationId of one organization; of all owners when it is null. */
  count(organizationId: string | null): Promise<number>;
  walk(walk: Walk): Promise<WalkedPage>;
}

const NOTHING: WalkedPage = { next: null, seen: 0, changed: 0, unreadable: 0, busy: 0, keyIdsLeft: [] };

/** Every place that modules registered, in a fixed order. */
@Injectable()
export class CipherSources {
  constructor(
    private readonly registry: EncryptedData,
    private readonly walker: ColumnWalker,
  ) {}

  list(): CipherSource[] {
    const columns = this.registry.columns.map((column) => this.ofColumn(column));
    return [...columns, ...this.registry.files].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  }

  private ofColumn(column: EncryptedColumn): CipherSource {
    const isInstances = column.owner === 'instance';
    return {
      kind: kindOf(column),
      count: async (organizationId) =>
        isInstances && organizationId !== null ? 0 : this.walker.count(column, organizationId),
      walk: async (walk) => ((walk.owner === INSTANCE) === isInstances ? this.walker.walk(column, walk) : NOTHING),
    };
  }
}
