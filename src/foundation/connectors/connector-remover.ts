import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { AuditLog, UsageRegistry, type Usage } from '../../core/ports/index.js';
import { TransactionRunner, type TransactionContext } from '../../persistence/index.js';
import { ConnectorEvents } from './connector-events.js';
import type { Connector } from './connector.entity.js';
import { ConnectorStore } from './connector-store.js';
import { assertVersion } from './connector-updater.js';
import { ConnectorInUseError } from './connectors.errors.js';
import { DefaultTransactions } from './default-transactions.js';

const RECORD_TYPE = 'ir.connector';

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
    private readonly events: ConnectorEvents,
    private readonly audit: AuditLog,
  ) {}

  /** @throws ConnectorInUseError naming the uses; RecordNotFoundError, StaleVersionError. */
  async remove(scope: Scope, id: string, options: RemoveOptions): Promise<void> {
    const found = await this.store.find(scope, id);
    scope.requireAdmin(found.organizationId);
    await this.transactions.runFor(found, true, async (tx) => {
      const connector = await this.store.lock(tx, id);
      assertVersion(connector, options);
      const forgotten = options.forgetDocuments ? await this.forgetDocuments(tx, connector) : 0;
      const uses = await this.usageRegistry.usages(tx, RECORD_TYPE, connector.organizationId, id);
      if (uses.length > 0) throw new ConnectorInUseError(uses);
      await this.record(tx, scope, connector, forgotten);
      await tx.manager.remove(connector);
    });
  }

  async usages(scope: Scope, id: string): Promise<Usage[]> {
    const connector = await this.store.find(scope, id);
    return this.reads.run((tx) => this.usageRegistry.usages(tx, RECORD_TYPE, connector.organizationId, id));
  }

  private async forgetDocuments(tx: TransactionContext, connector: Connector): Promise<number> {
    return this.usageRegistry.forget(tx, RECORD_TYPE, 'documents', connector.organizationId, connector.id);
  }

  private async record(
    tx: TransactionContext,
    scope: Scope,
    connector: Connector,
    forgottenDocuments: number,
  ): Promise<void> {
    await this.audit.write(tx, scope, {
      organizationId: connector.organizationId,
      action: 'connector.deleted',
      recordType: RECORD_TYPE,
      recordId: connector.id,
      facts: { provider_type: connector.providerType, forgotten_documents: forgottenDocuments },
    });
    this.events.emit(tx, 'ir.connector.deleted', connector);
    if (connector.isDefault) this.events.emit(tx, 'ir.connector.default_changed', connector, { connectorId: null });
  }
}
