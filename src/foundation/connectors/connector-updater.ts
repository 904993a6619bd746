import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import type { JsonObject } from '../../core/connectors/index.js';
import { StaleVersionError } from '../../core/errors/index.js';
import type { TransactionContext } from '../../persistence/index.js';
import { assertLegacySize } from './connector-creator.js';
import { ConnectorJournal } from './connector-journal.js';
import type { Connector } from './connector.entity.js';
import { ConnectorPresenter } from './connector.presenter.js';
import { ConnectorStore, type LoadedConnector } from './connector-store.js';
import { savedBy } from './default.subscriber.js';
import { DefaultTransactions } from './default-transactions.js';
import type { ParamEntry } from './param-plan.js';
import { ParamPlanner } from './param-planner.js';
import { ParamVault } from './param-vault.js';
import { ParamWriter } from './param-writer.js';
import { assertReadOnlyFields } from './read-only-fields.js';

/** What a PUT or PATCH asks for; `undefined` means not given. */
export interface ConnectorChange {
  readonly name?: string;
  readonly isDefault?: boolean;
  readonly entries?: readonly ParamEntry[];
  /** Whether `entries` are the whole list (PUT) or merged by key (PATCH). */
  readonly mode: 'replace' | 'merge';
  readonly config?: JsonObject | null;
  readonly version?: number;
  readonly ifMatch: number | null;
  /** The body, for the read-only fields that it may repeat. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Changes connectors. */
@Injectable()
export class ConnectorUpdater {
  constructor(
    private readonly store: ConnectorStore,
    private readonly presenter: ConnectorPresenter,
    private readonly planner: ParamPlanner,
    private readonly paramWriter: ParamWriter,
    private readonly vault: ParamVault,
    private readonly transactions: DefaultTransactions,
    private readonly journal: ConnectorJournal,
  ) {}

  /**
   * Stores the given fields; a change that changes nothing leaves version and status alone.
   * @throws RecordNotFoundError, StaleVersionError, ReadOnlyFieldError, SecretRequiredError and what the param rules throw.
   */
  async update(scope: Scope, id: string, change: ConnectorChange): Promise<LoadedConnector> {
    const found = await this.store.find(scope, id);
    scope.requireAdmin(found.organizationId);
    await this.vault.warm(found, await this.store.valueHeaders(id));
    return this.transactions.runFor(found, change.isDefault !== undefined, async (tx) => {
      const connector = await this.store.lock(tx, id);
      const loaded = await this.store.withParams(connector, tx.manager);
      assertVersion(connector, change);
      assertReadOnlyFields(change.body, await this.presenter.present(loaded), change.version !== undefined);
      const changedFields = this.applyFields(connector, change);
      const changedKeys = await this.applyConfig(tx, scope, loaded, change);
      if (changedFields.length + changedKeys.length === 0) return loaded;
      await this.save(tx, scope, connector, [...changedFields, ...changedKeys]);
      return this.store.withParams(connector, tx.manager);
    });
  }

  private applyFields(connector: Connector, change: ConnectorChange): string[] {
    const changed: string[] = [];
    if (change.name !== undefined && change.name !== connector.name) {
      connector.name = change.name;
      changed.push('name');
    }
    if (change.isDefault !== undefined && change.isDefault !== connector.isDefault) {
      connector.isDefault = change.isDefault;
      changed.push('is_default');
    }
    return changed;
  }

  /** Params and legacy config: what sets a connector back to draft. */
  private async applyConfig(
    tx: TransactionContext,
    scope: Scope,
    loaded: LoadedConnector,
    change: ConnectorChange,
  ): Promise<string[]> {
    const { connector, params } = loaded;
    const changed: string[] = [];
    if (change.entries !== undefined) {
      const schema = this.presenter.schemaOf(connector);
      const plan = await this.planner.plan(params, { entries: change.entries, mode: change.mode, schema });
      changed.push(...(await this.paramWriter.apply(tx, scope, loaded, plan)));
    }
    if (change.config !== undefined && !(await this.vault.isLegacy(connector, change.config))) {
      connector.config =
        change.config === null ? null : await this.vault.sealLegacy(connector, assertLegacySize(change.config));
      changed.push('config');
    }
    if (changed.length > 0) markConfigChanged(connector);
    return changed;
  }

  private async save(
    tx: TransactionContext,
    scope: Scope,
    connector: Connector,
    changedKeys: readonly string[],
  ): Promise<void> {
    connector.version += 1;
    connector.updatedAt = new Date();
    await tx.manager.save(connector, savedBy(tx, scope));
    await this.journal.record(tx, scope, connector, {
      action: 'connector.updated',
      event: 'ir.connector.updated',
      changedKeys,
    });
    if (changedKeys.includes('is_default')) {
      this.journal.announceDefault(tx, connector, connector.isDefault ? connector.id : null);
    }
  }
}

/** The config is another one: an older test result no longer speaks of it. */
export function markConfigChanged(connector: Connector): void {
  connector.configVersion += 1;
  connector.status = 'draft';
  connector.statusMessage = null;
}

/** @throws StaleVersionError when `If-Match` or `version` is not the stored version. */
export function assertVersion(
  connector: Connector,
  wanted: { readonly version?: number; readonly ifMatch: number | null },
): void {
  const isStale = (version: number | null | undefined) => typeof version === 'number' && version !== connector.version;
  if (isStale(wanted.version) || isStale(wanted.ifMatch)) throw new StaleVersionError();
}
