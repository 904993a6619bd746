import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { flattenConfig, unflattenParams, type ConfigSchema, type JsonObject } from '../../core/connectors/index.js';
import { AuditLog } from '../../core/ports/index.js';
import { TransactionRunner } from '../../persistence/index.js';
import { ConfigAssembler } from './config-assembler.js';
import type { Connector } from './connector.entity.js';
import { ConnectorPresenter } from './connector.presenter.js';
import { ConnectorStore, type LoadedConnector } from './connector-store.js';
import { ConfirmationRequiredError } from './connectors.errors.js';
import { ParamVault } from './param-vault.js';
import { isSecretParam } from './secret-rules.js';

export interface ReadConfig {
  readonly config: Record<string, unknown>;
  /** Keys of secret leaves: left out of `config` unless revealed. */
  readonly secrets: string[];
}

/** Answers the config of a connector, masked, or in full to those who may see secrets. */
@Injectable()
export class ConfigReader {
  constructor(
    private readonly store: ConnectorStore,
    private readonly presenter: ConnectorPresenter,
    private readonly assembler: ConfigAssembler,
    private readonly vault: ParamVault,
    private readonly transactions: TransactionRunner,
    private readonly audit: AuditLog,
  ) {}

  /** The config with every secret leaf left out. */
  async masked(scope: Scope, id: string): Promise<ReadConfig> {
    const loaded = await this.store.load(scope, id);
    const schema = this.presenter.schemaOf(loaded.connector);
    if (loaded.params.length === 0) return this.maskedLegacy(loaded.connector, schema);
    const secrets = this.secretKeys(loaded, schema);
    const isSecret = new Set(secrets);
    return {
      config: await this.assembler.assembleMasked(loaded.params, schema, ({ key }) => isSecret.has(key)),
      secrets,
    };
  }

  /**
   * The full config. Always audited, before anything is answered.
   * @throws ConfirmationRequiredError unless the scope may reveal secrets of the connector's organization.
   */
  async revealed(scope: Scope, id: string): Promise<ReadConfig> {
    const loaded = await this.store.load(scope, id);
    const { connector } = loaded;
    if (!scope.canReveal(connector.organizationId)) throw new ConfirmationRequiredError();
    const schema = this.presenter.schemaOf(connector);
    const { config } = await this.assembler.assemble(loaded, schema);
    const secrets =
      loaded.params.length === 0
        ? (await this.maskedLegacy(connector, schema)).secrets
        : this.secretKeys(loaded, schema);
    await this.transactions.run((tx) =>
      this.audit.write(tx, scope, {
        organizationId: connector.organizationId,
        action: 'connector.secrets_revealed',
        recordType: 'ir.connector',
        recordId: id,
        changedKeys: secrets,
      }),
    );
    return { config, secrets };
  }

  private secretKeys({ params }: LoadedConnector, schema: ConfigSchema | null): string[] {
    return params
      .filter((param) => isSecretParam(schema, { ...param, storedIsSecret: param.isSecret }))
      .map(({ key }) => key);
  }

  private async maskedLegacy(connector: Connector, schema: ConfigSchema | null): Promise<ReadConfig> {
    const legacy: JsonObject = (await this.vault.openLegacy(connector)) ?? {};
    const leaves = flattenLegacy(legacy);
    const isSecret = (key: string) => isSecretParam(schema, { key, valueType: 'text', storedIsSecret: undefined });
    return {
      config: unflattenParams(leaves.filter(({ key }) => !isSecret(key))),
      secrets: leaves.map(({ key }) => key).filter(isSecret),
    };
  }
}

/** Leaves of a legacy config that have a key by our grammar; anything else stays hidden. */
function flattenLegacy(legacy: JsonObject): { key: string; value: string }[] {
  try {
    return flattenConfig(legacy).params;
  } catch {
    return [];
  }
}
