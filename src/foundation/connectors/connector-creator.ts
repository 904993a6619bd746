import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { ConnectorRegistry, type JsonObject } from '../../core/connectors/index.js';
import { InvalidInputError, RecordNotFoundError } from '../../core/errors/index.js';
import { newId, type TransactionContext } from '../../persistence/index.js';
import { OrganizationService } from '../base/index.js';
import { Connector } from './connector.entity.js';
import { ConnectorJournal } from './connector-journal.js';
import { ConnectorStore, type LoadedConnector } from './connector-store.js';
import { UnknownCategoryError, UnknownProviderError } from './connectors.errors.js';
import { savedBy } from './default.subscriber.js';
import { DefaultTransactions } from './default-transactions.js';
import type { ParamEntry } from './param-plan.js';
import { ParamPlanner } from './param-planner.js';
import { ParamVault } from './param-vault.js';
import { ParamWriter } from './param-writer.js';

export interface NewConnector {
  readonly name: string;
  readonly category: string;
  readonly providerType: string;
  /** The scope's organization when left out. */
  readonly organizationId?: string;
  readonly isDefault?: boolean;
  readonly entries?: readonly ParamEntry[];
  readonly config?: JsonObject | null;
}

/** Creates connectors. */
@Injectable()
export class ConnectorCreator {
  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly organizations: OrganizationService,
    private readonly store: ConnectorStore,
    private readonly planner: ParamPlanner,
    private readonly paramWriter: ParamWriter,
    private readonly vault: ParamVault,
    private readonly transactions: DefaultTransactions,
    private readonly journal: ConnectorJournal,
  ) {}

  /**
   * Stores a draft, which may be incomplete.
   * @throws UnknownCategoryError, UnknownProviderError, and what the param rules throw.
   * @throws RecordNotFoundError when the organization is not the caller's.
   */
  async create(scope: Scope, input: NewConnector): Promise<LoadedConnector> {
    const organizationId = input.organizationId ?? scope.organizationId;
    if (organizationId === null) throw new RecordNotFoundError();
    await this.organizations.get(scope, organizationId);
    scope.requireAdmin(organizationId);
    this.assertRegistered(input);
    const connector = await this.draft(input, organizationId);
    const { configSchema: schema } = this.registry.get(connector.category, connector.providerType).provider;
    const plan = await this.planner.plan([], { entries: input.entries ?? [], mode: 'replace', schema });
    await this.vault.warm(connector);
    return this.transactions.runFor(connector, connector.isDefault, async (tx) => {
      await tx.manager.save(connector, savedBy(tx, scope));
      const changedKeys = await this.paramWriter.apply(tx, scope, { connector, params: [] }, plan);
      await this.record(tx, scope, connector, changedKeys);
      return this.store.withParams(connector, tx.manager);
    });
  }

  private assertRegistered(input: NewConnector): void {
    if (!this.registry.isCategory(input.category)) throw new UnknownCategoryError();
    if (!this.registry.isRegistered(input.category, input.providerType)) throw new UnknownProviderError();
  }

  private async draft(input: NewConnector, organizationId: string): Promise<Connector> {
    const connector = new Connector();
    connector.id = newId();
    connector.organizationId = organizationId;
    connector.name = input.name;
    connector.category = input.category;
    connector.providerType = input.providerType;
    connector.isEnabled = false;
    connector.isDefault = input.isDefault ?? false;
    connector.status = 'draft';
    connector.statusMessage = null;
    connector.lastTestedAt = null;
    connector.version = 1;
    connector.configVersion = 1;
    connector.createdAt = new Date();
    connector.updatedAt = connector.createdAt;
    connector.config = input.config ? await this.vault.sealLegacy(connector, assertLegacySize(input.config)) : null;
    return connector;
  }

  private async record(
    tx: TransactionContext,
    scope: Scope,
    connector: Connector,
    changedKeys: readonly string[],
  ): Promise<void> {
    await this.journal.record(tx, scope, connector, {
      action: 'connector.created',
      event: 'ir.connector.created',
      changedKeys,
      facts: { category: connector.category, provider_type: connector.providerType, is_default: connector.isDefault },
    });
    if (connector.isDefault) this.journal.announceDefault(tx, connector, connector.id);
  }
}

const MAX_LEGACY_BYTES = 256 * 1024;

/** @throws InvalidInputError when the legacy config is larger than 256 KiB as JSON. */
export function assertLegacySize(config: JsonObject): JsonObject {
  if (Buffer.byteLength(JSON.stringify(config)) > MAX_LEGACY_BYTES) {
    throw new InvalidInputError([
      { pointer: '/config', code: 'too_large', message: `must be at most ${MAX_LEGACY_BYTES} bytes` },
    ]);
  }
  return config;
}
