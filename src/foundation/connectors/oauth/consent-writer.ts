import { Injectable } from '@nestjs/common';
import type { Scope } from '../../../core/access/index.js';
import { flattenConfig, type ConfigSchema, type OAuthDefinition } from '../../../core/connectors/index.js';
import { DomainError } from '../../../core/errors/index.js';
import { REFRESH_GRANT } from '../../../core/oauth/index.js';
import { TransactionRunner, type TransactionContext } from '../../../persistence/index.js';
import { ConnectorJournal } from '../connector-journal.js';
import { ConnectorStore, type LoadedConnector } from '../connector-store.js';
import { markConfigChanged } from '../connector-updater.js';
import type { ParamEntry } from '../param-plan.js';
import { ParamPlanner } from '../param-planner.js';
import { ParamVault } from '../param-vault.js';
import { ParamWriter } from '../param-writer.js';
import type { ExchangedTokens } from './code-exchanger.js';
import { ConsentFailure } from './consent-failure.js';
import { ConnectorTokenStore, tokenKey } from './connector-token.store.js';

const SEQUENCE_STEP = 10;

/** What a consent's tokens are stored by. */
export interface ConsentTarget {
  /** As read before the exchange. */
  readonly loaded: LoadedConnector;
  readonly schema: ConfigSchema;
  readonly definition: OAuthDefinition;
}

/** Stores what a consent brought: all or nothing. */
@Injectable()
export class ConsentWriter {
  constructor(
    private readonly store: ConnectorStore,
    private readonly planner: ParamPlanner,
    private readonly paramWriter: ParamWriter,
    private readonly vault: ParamVault,
    private readonly tokenStore: ConnectorTokenStore,
    private readonly transactions: TransactionRunner,
    private readonly journal: ConnectorJournal,
  ) {}

  /** @throws ConsentFailure, RecordNotFoundError when the connector was deleted meanwhile; nothing is changed then. */
  async write(scope: Scope, target: ConsentTarget, tokens: ExchangedTokens): Promise<void> {
    const { connector } = target.loaded;
    const key = tokenKey(connector, REFRESH_GRANT);
    await this.vault.warm(connector, await this.store.valueHeaders(connector.id));
    const sealed = tokens.issued && (await this.tokenStore.seal(key, tokens.issued));
    try {
      await this.transactions.run(async (tx) => {
        const configVersion = await this.writeParams(tx, scope, target, tokens);
        if (sealed !== null) await this.tokenStore.keepGranted(tx, key, { ...sealed, configVersion });
      });
    } catch (error) {
      throw isParamRefusal(error) ? new ConsentFailure('not_saved') : error;
    }
  }

  private async writeParams(
    tx: TransactionContext,
    scope: Scope,
    { loaded: before, schema, definition }: ConsentTarget,
    { params }: ExchangedTokens,
  ): Promise<number> {
    const connector = await this.store.lock(tx, before.connector.id);
    if (connector.configVersion !== before.connector.configVersion) throw new ConsentFailure('config_changed');
    const loaded = await this.store.withParams(connector, tx.manager);
    const entries = [...(await this.legacyEntries(loaded, schema, params)), ...toEntries(params)];
    assertPromised(definition, params, loaded, entries);
    const plan = await this.planner.plan(loaded.params, { entries, mode: 'merge', schema });
    const changedKeys = await this.paramWriter.apply(tx, scope, loaded, plan);
    if (changedKeys.length > 0) {
      markConfigChanged(connector);
      connector.version += 1;
      connector.updatedAt = new Date();
      await tx.manager.save(connector);
    }
    await this.journal.record(tx, scope, connector, {
      action: 'connector.oauth_connected',
      changedKeys,
      ...(changedKeys.length > 0 && { event: 'ir.connector.updated' as const }),
    });
    return connector.configVersion;
  }

  /** The first param switches the legacy config off, so what that holds becomes params together with the tokens. */
  private async legacyEntries(
    { connector, params }: LoadedConnector,
    schema: ConfigSchema,
    tokens: ExchangedTokens['params'],
  ): Promise<ParamEntry[]> {
    if (params.length > 0 || tokens.size === 0) return [];
    const legacy = (await this.vault.openLegacy(connector)) ?? {};
    const isJson = (key: string) => schema.some((field) => field.type === 'json' && field.key === key);
    const leaves = flattenConfig(legacy, isJson).params.filter(({ key }) => !tokens.has(key));
    return leaves.map(({ key, value }, index) => ({ key, value, sequence: (index + 1) * SEQUENCE_STEP }));
  }
}

function toEntries(params: ExchangedTokens['params']): ParamEntry[] {
  return [...params].map(([key, value]) => ({ key, value }));
}

/** A refresh token that did not come again is kept; everything else that was promised must be there. */
function assertPromised(
  definition: OAuthDefinition,
  brought: ExchangedTokens['params'],
  { params }: LoadedConnector,
  entries: readonly ParamEntry[],
): void {
  const isKept = (key: string) =>
    entries.some((entry) => entry.key === key) || params.some((param) => param.key === key && param.isSet);
  const isThere = ([member, key]: readonly [string, string]) =>
    brought.has(key) || (member === 'refresh_token' && isKept(key));
  if (!Object.entries(definition.tokenParams).every(isThere)) throw new ConsentFailure('tokens_missing');
}

/** What the param rules throw: the values do not fit, or would lead kept secrets to another host. */
function isParamRefusal(error: unknown): boolean {
  return error instanceof DomainError && ['invalid', 'refused'].includes(error.definition.kind);
}
