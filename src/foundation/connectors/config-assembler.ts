import { Injectable } from '@nestjs/common';
import {
  assembleConfig,
  ConnectorConfigError,
  type ConfigSchema,
  type FlatParam,
} from '../../core/connectors/index.js';
import { FileStore } from '../../core/ports/index.js';
import type { ConnectorParam } from './connector-param.entity.js';
import type { LoadedConnector } from './connector-store.js';
import type { StoredParam } from './param-plan.js';
import { ParamVault } from './param-vault.js';

/** UTF-16 units of all files of one config; more would cost the server its memory. */
const MAX_FILES_LENGTH = 8 * 1024 ** 2;

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
   * @param signal ends the reading of files.
   * @throws SecretUnreadableError when a value is damaged, ConnectorConfigError when a file is gone or the files are
   *   too large together, ConnectionFailedError when the storage that holds a file fails.
   */
  async assemble(
    { connector, params }: LoadedConnector,
    schema: ConfigSchema | null,
    signal?: AbortSignal,
  ): Promise<AssembledConfig> {
    if (params.length === 0) {
      const config = (await this.vault.openLegacy(connector)) ?? {};
      return { config, secretValues: leavesOf(config) };
    }
    return this.assembleParams(connector.organizationId, await this.vault.openAll(params), schema, signal);
  }

  /** The same for params that are not saved, e.g. a draft under test. */
  async assembleParams(
    organizationId: string,
    params: readonly StoredParam[],
    schema: ConfigSchema | null,
    signal?: AbortSignal,
  ): Promise<AssembledConfig> {
    const flat: FlatParam[] = [];
    const secretValues: string[] = [];
    const files = new ConfigFiles(this.files, organizationId, signal);
    for (const param of params) {
      const value = param.valueType === 'text' ? param.value : await files.read(param);
      if (value === null) continue;
      flat.push({ key: param.key, value });
      if (param.isSecret || param.valueType === 'file') secretValues.push(value);
    }
    return { config: assembleConfig(schema ?? [], flat), secretValues };
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

/** The files of one config, each read once. */
class ConfigFiles {
  private readonly texts = new Map<string, string>();
  private length = 0;

  constructor(
    private readonly files: FileStore,
    private readonly organizationId: string,
    private readonly signal?: AbortSignal,
  ) {}

  async read({ key, fileId }: StoredParam): Promise<string | null> {
    if (fileId === null) return null;
    const text = this.texts.get(fileId) ?? (await this.files.readText(this.organizationId, fileId, this.signal));
    if (text === null) throw new ConnectorConfigError([{ key, reason: 'its file no longer exists' }]);
    this.texts.set(fileId, text);
    this.length += text.length;
    if (this.length > MAX_FILES_LENGTH)
      throw new ConnectorConfigError([{ key, reason: 'with it, the files of this config have more than 8 MiB' }]);
    return text;
  }
}

/** Every text of a legacy config: it has no schema that would tell which ones are secret. */
function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(leavesOf);
}
