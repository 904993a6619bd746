import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { TransactionRunner } from '../../persistence/index.js';
import { ConnectorJournal } from './connector-journal.js';
import { ConnectorStore, type LoadedConnector } from './connector-store.js';
import { NotConnectedError } from './connectors.errors.js';
import { ParamVault } from './param-vault.js';

/** Switches connectors on and off. Both ways are idempotent. */
@Injectable()
export class ConnectorActivator {
  constructor(
    private readonly store: ConnectorStore,
    private readonly vault: ParamVault,
    private readonly transactions: TransactionRunner,
    private readonly journal: ConnectorJournal,
  ) {}

  /** Makes a connector usable for routing. @throws NotConnectedError when its last test did not end in `connected`, SealedError. */
  async activate(scope: Scope, id: string): Promise<LoadedConnector> {
    return this.setEnabled(scope, id, true);
  }

  /** Takes a connector out of routing; documents stay readable. @throws SealedError. */
  async deactivate(scope: Scope, id: string): Promise<LoadedConnector> {
    return this.setEnabled(scope, id, false);
  }

  private async setEnabled(scope: Scope, id: string, isEnabled: boolean): Promise<LoadedConnector> {
    const found = await this.store.find(scope, id);
    scope.requireAdmin(found.organizationId);
    // What a sealed server cannot answer is not changed either.
    await this.vault.warm(found);
    return this.transactions.run(async (tx) => {
      const connector = await this.store.lock(tx, id);
      if (isEnabled && connector.status !== 'connected') throw new NotConnectedError();
      if (connector.isEnabled !== isEnabled) {
        connector.isEnabled = isEnabled;
        connector.version += 1;
        connector.updatedAt = new Date();
        await tx.manager.save(connector); // save(), not update(): the default subscriber needs the whole row
        const change = isEnabled ? 'activated' : 'deactivated';
        await this.journal.record(tx, scope, connector, {
          action: `connector.${change}`,
          event: `ir.connector.${change}`,
          changedKeys: ['is_enabled'],
        });
      }
      return this.store.withParams(connector, tx.manager);
    });
  }
}
