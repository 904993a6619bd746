import { Injectable } from '@nestjs/common';
import {
  assembleConfig,
  ConnectorConfigError,
  type ConfigSchema,
  type FlatParam,
} from '../../core/connectors/index.js';
import { FileStore } from '../../core/ports/index.js';
import type { ConnectorParam } from './connector-param.entity.js';
import type { LoadedConnector } from './connector.presenter.js';
import type { StoredParam } from './param-plan.js';
import { ParamVault } from './param-vault.js';

/** A nested config with the secret values that stand in it, for scrubbing. */
export interface AssembledConfig {
  readonly config: Record<string, unknown>;
  readonly secretValues: readonly string[];
}

/** Assembles the nested config of a connector: params in sequence order, or the legacy config while there are none. */
@Injectable()
export class ConfigAssembler {
  constructor(
    private readonly vault: ParamVault,
    private readonly files: FileStore,
  ) {}

  /**
   * The full config, secrets included.
   * @throws SecretUnreadableError when a value is damaged, ConnectorConfigError when a file is gone.
   */
  async assemble({ connector, params }: LoadedConnector, schema: ConfigSchema | null): Promise<AssembledConfig> {
    if (params.length === 0) {
      const config = (await this.vault.openLegacy(connector)) ?? {};
      return { config, secretValues: leavesOf(config) };
    }
    return this.assembleParams(connector.organizationId, await this.vault.openAll(params), schema);
  }

  /** The same for params that are not saved, e.g. a draft under test. */
  async assembleParams(
    organizationId: string,
    params: readonly StoredParam[],
    schema: ConfigSchema | null,
  ): Promise<AssembledConfig> {
    const flat: FlatParam[] = [];
    const secretValues: string[] = [];
    for (const param of params) {
      const value = await this.valueOf(organizationId, param);
      if (value === null) continue;
      flat.push({ key: param.key, value });
      if (param.isSecret || param.valueType === 'file') secretValues.push(value);
    }
    return { config: assembleConfig(schema ?? [], flat), secretValues };
  }

  private async valueOf(organizationId: string, param: StoredParam): Promise<string | null> {
    if (param.valueType === 'text') return param.value;
    if (param.fileId === null) return null;
    const text = await this.files.readText(organizationId, param.fileId);
    if (text === null) throw new ConnectorConfigError([{ key: param.key, reason: 'its file no longer exists' }]);
    return text;
  }

  /** Only what is not secret: values that are masked are not even decrypted. */
  async assembleMasked(
    params: readonly ConnectorParam[],
    schema: ConfigSchema | null,
    isSecret: (param: ConnectorParam) => boolean,
  ): Promise<Record<string, unknown>> {
    const flat: FlatParam[] = [];
    for (const param of params.filter((candidate) => !isSecret(candidate))) {
      const value = await this.vault.openIfReadable(param);
      if (value !== null) flat.push({ key: param.key, value });
    }
    return assembleConfig(schema ?? [], flat);
  }
}

/** Every text of a legacy config: it has no schema that would tell which ones are secret. */
function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(leavesOf);
}
