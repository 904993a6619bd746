import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import {
  ConnectorRegistry,
  flattenConfig,
  type ConfigSchema,
  type FlatParam,
  type JsonObject,
} from '../../core/connectors/index.js';
import { DomainError } from '../../core/errors/index.js';
import { TransactionRunner, type TransactionContext } from '../../persistence/index.js';
import { ConnectorJournal } from './connector-journal.js';
import type { ConnectorParam } from './connector-param.entity.js';
import type { Connector } from './connector.entity.js';
import { ConnectorPresenter } from './connector.presenter.js';
import { ConnectorStore, type LoadedConnector } from './connector-store.js';
import { markConfigChanged } from './connector-updater.js';
import { ImportRefusedError, ProviderUnavailableError } from './connectors.errors.js';
import type { ParamEntry, ParamPlan } from './param-plan.js';
import { ParamPlanner } from './param-planner.js';
import { ParamVault } from './param-vault.js';
import { ParamWriter } from './param-writer.js';

export interface ImportRequest {
  readonly json: JsonObject;
  readonly mode: 'replace' | 'merge';
  readonly isDryRun: boolean;
}

export interface ImportOutcome {
  readonly imported: string[];
  readonly removed: string[];
  readonly skipped: string[];
  /** The connector as it is afterwards; unchanged by a dry run. */
  readonly loaded: LoadedConnector;
  readonly plan: ParamPlan;
}

const SEQUENCE_STEP = 10;
/** Where the JSON stands in the request; a file's is pointed at in the same way. */
const ROOT = '/json_data';

/** Turns a vendor's JSON into params: all or nothing. */
@Injectable()
export class ConfigImporter {
  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly store: ConnectorStore,
    private readonly presenter: ConnectorPresenter,
    private readonly planner: ParamPlanner,
    private readonly paramWriter: ParamWriter,
    private readonly vault: ParamVault,
    private readonly transactions: TransactionRunner,
    private readonly journal: ConnectorJournal,
  ) {}

  /**
   * @throws ProviderUnavailableError, ImportRefusedError when the provider cannot read the JSON, ParamKeyError for a key
   *   that breaks the grammar, and what the param rules throw. Nothing is changed then.
   */
  async import(scope: Scope, id: string, request: ImportRequest): Promise<ImportOutcome> {
    const found = await this.store.find(scope, id);
    scope.requireAdmin(found.organizationId);
    const schema = this.presenter.schemaOf(found);
    if (schema === null) throw new ProviderUnavailableError();
    const flat = flattenConfig(this.normalize(found, request.json), (key) => isJsonField(schema, key), ROOT);
    await this.vault.warm(found, await this.store.valueHeaders(id));
    return this.transactions.run(async (tx) => {
      const connector = await this.store.lock(tx, id);
      const loaded = await this.store.withParams(connector, tx.manager);
      const entries = toEntries(flat.params, loaded.params, request.mode);
      const plan = await this.planner.plan(loaded.params, { entries, mode: request.mode, schema, root: ROOT });
      const outcome = {
        imported: flat.params.map(({ key }) => key),
        removed: plan.removed.map(({ key }) => key),
        skipped: flat.skipped,
        plan,
      };
      if (request.isDryRun) return { ...outcome, loaded };
      return { ...outcome, loaded: await this.write(tx, scope, loaded, plan) };
    });
  }

  private normalize(connector: Connector, json: JsonObject): JsonObject {
    const { provider } = this.registry.get(connector.category, connector.providerType);
    try {
      return provider.normalizeImportJson(json);
    } catch (error) {
      if (error instanceof DomainError) throw error;
      throw new ImportRefusedError(undefined, { cause: error });
    }
  }

  private async write(
    tx: TransactionContext,
    scope: Scope,
    loaded: LoadedConnector,
    plan: ParamPlan,
  ): Promise<LoadedConnector> {
    const { connector } = loaded;
    const changedKeys = await this.paramWriter.apply(tx, scope, loaded, plan);
    if (changedKeys.length === 0) return loaded;
    markConfigChanged(connector);
    connector.version += 1;
    connector.updatedAt = new Date();
    await tx.manager.save(connector);
    await this.journal.record(tx, scope, connector, {
      action: 'connector.config_imported',
      event: 'ir.connector.updated',
      changedKeys,
    });
    return this.store.withParams(connector, tx.manager);
  }
}

function isJsonField(schema: ConfigSchema, key: string): boolean {
  return schema.some((field) => field.type === 'json' && field.key === key);
}

/**
 * Entries of an import, numbered 10, 20, …; a merge leaves the order of stored keys alone and appends the new ones.
 * A merge replaces an imported array whole: stored places of it that the import does not name are cleared.
 */
function toEntries(
  flat: readonly FlatParam[],
  stored: readonly ConnectorParam[],
  mode: 'replace' | 'merge',
): ParamEntry[] {
  const storedKeys = new Set(stored.map(({ key }) => key));
  const last = mode === 'merge' ? Math.max(0, ...stored.map(({ sequence }) => sequence)) : 0;
  let count = 0;
  const entries: ParamEntry[] = flat.map(({ key, value }) => {
    const isOrderKept = mode === 'merge' && storedKeys.has(key);
    if (!isOrderKept) count += 1;
    const pointer = `${ROOT}/${key.replaceAll('.', '/')}`;
    return { key, value, valueType: 'text', pointer, ...(!isOrderKept && { sequence: last + count * SEQUENCE_STEP }) };
  });
  if (mode === 'replace') return entries;
  const arrays = arrayPrefixes(flat.map(({ key }) => key));
  const named = new Set(flat.map(({ key }) => key));
  const gone = stored.filter(({ key }) => !named.has(key) && arrays.some((prefix) => key.startsWith(`${prefix}.`)));
  return [...entries, ...gone.map(({ key }) => ({ key, clear: true }))];
}

/** `redirect_uris.0` tells of the array `redirect_uris`. */
function arrayPrefixes(keys: readonly string[]): string[] {
  const prefixes = new Set<string>();
  for (const key of keys) {
    const segments = key.split('.');
    segments.forEach((segment, index) => {
      if (segment === '0' && index > 0) prefixes.add(segments.slice(0, index).join('.'));
    });
  }
  return [...prefixes];
}
