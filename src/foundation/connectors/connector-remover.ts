import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { UsageRegistry, type Usage, type UsedRecord } from '../../core/ports/index.js';
import { TransactionRunner, type TransactionContext } from '../../persistence/index.js';
import { ConnectorJournal } from './connector-journal.js';
import type { Connector } from './connector.entity.js';
import { ConnectorStore } from './connector-store.js';
import { assertVersion } from './connector-updater.js';
import { ConnectorInUseError } from './connectors.errors.js';
import { DefaultTransactions } from './default-transactions.js';

export interface RemoveOptions {
  readonly ifMatch: number | null;
  /** Drops the records of documents whose bucket is lost. */
  readonly forgetDocuments: boolean;
}

/** Deletes connectors, and tells who uses them. */
@Injectable()
export class ConnectorRemover {
  constructor(
    private readonly store: ConnectorStore,
    private readonly transactions: DefaultTransactions,
    private readonly reads: TransactionRunner,
    private readonly usageRegistry: UsageRegistry,
    private readonly journal: ConnectorJournal,
  ) {}

  /** @throws ConnectorInUseError naming the uses; RecordNotFoundError, StaleVersionError. */
  async remove(scope: Scope, id: string, options: RemoveOptions): Promise<void> {
    const found = await this.store.find(scope, id);
    scope.requireAdmin(found.organizationId);
    await this.transactions.runFor(found, true, async (tx) => {
      const connector = await this.store.lock(tx, id);
      assertVersion(connector, options);
      const forgotten = options.forgetDocuments ? await this.forgetDocuments(tx, scope, connector) : 0;
      const uses = await this.usageRegistry.usages(tx, used(connector));
      if (uses.length > 0) throw new ConnectorInUseError(uses);
      await this.record(tx, scope, connector, forgotten);
      await tx.manager.remove(connector);
    });
  }

  async usages(scope: Scope, id: string): Promise<Usage[]> {
    const connector = await this.store.find(scope, id);
    return this.reads.run((tx) => this.usageRegistry.usages(tx, used(connector)));
  }

  private async forgetDocuments(tx: TransactionContext, scope: Scope, connector: Connector): Promise<number> {
    return this.usageRegistry.forget(tx, scope, { kind: 'documents', record: used(connector) });
  }

  private async record(
    tx: TransactionContext,
    scope: Scope,
    connector: Connector,
    forgottenDocuments: number,
  ): Promise<void> {
    await this.journal.record(tx, scope, connector, {
      action: 'connector.deleted',
      event: 'ir.connector.deleted',
      facts: { provider_type: connector.providerType, forgotten_documents: forgottenDocuments },
    });
    if (connector.isDefault) this.journal.announceDefault(tx, connector, null);
  }
}

function used({ id, organizationId }: Connector): UsedRecord {
  return { type: 'ir.connector', organizationId, id };
}
