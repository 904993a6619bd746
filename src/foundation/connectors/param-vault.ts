import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../core/connectors/index.js';
import { KeyRing, SecretUnreadableError, type EncryptedColumn } from '../../core/crypto/index.js';
import type { ConnectorParam } from './connector-param.entity.js';
import type { Connector } from './connector.entity.js';
import type { StoredParam } from './param-plan.js';

/** Where configs are kept, for whoever rotates keys. */
export const ENCRYPTED_CONFIGS: readonly EncryptedColumn[] = [
  {
    table: 'ir_connector_param',
    column: 'value',
    key: ['id'],
    owner: 'organization',
    reads: ['connector_id', 'key'],
    context: ({ connector_id: connectorId, key }) => paramContext(String(connectorId), String(key)),
  },
  {
    table: 'ir_connector',
    column: 'config',
    key: ['id'],
    owner: 'organization',
    context: ({ id }) => legacyContext(String(id)),
  },
];

/** Encrypts and decrypts what a connector stores; a ciphertext is bound to organization, connector and key. */
@Injectable()
export class ParamVault {
  constructor(private readonly keys: KeyRing) {}

  /**
   * Before a transaction that encrypts, or decrypts what is stored: see `KeyRing.warm`.
   * @param headers what the values of its params begin with, when they are decrypted too. @throws SealedError.
   */
  async warm({ organizationId, config }: Connector, headers: readonly Buffer[] = []): Promise<void> {
    await this.keys.warm(organizationId, config === null ? headers : [config, ...headers]);
  }

  async sealValue(connector: Connector, key: string, value: string): Promise<Buffer> {
    return this.keys.encrypt(connector.organizationId, paramContext(connector.id, key), value);
  }

  /** @throws SecretUnreadableError when the ciphertext is damaged or belongs to another row. */
  async openValue(param: ConnectorParam): Promise<string | null> {
    if (param.value === null) return null;
    return this.keys.decrypt(param.organizationId, paramContext(param.connectorId, param.key), param.value);
  }

  /** For planning a change: a damaged value counts as none, so that it can be replaced. */
  async openReadable(params: readonly ConnectorParam[]): Promise<StoredParam[]> {
    return Promise.all(params.map(async (param) => ({ ...pick(param), value: await this.openIfReadable(param) })));
  }

  /** `null` also for a damaged value. */
  async openIfReadable(param: ConnectorParam): Promise<string | null> {
    try {
      return await this.openValue(param);
    } catch (error) {
      if (error instanceof SecretUnreadableError) return null;
      throw error;
    }
  }

  /** @throws SecretUnreadableError when any value is damaged. */
  async openAll(params: readonly ConnectorParam[]): Promise<StoredParam[]> {
    return Promise.all(params.map(async (param) => ({ ...pick(param), value: await this.openValue(param) })));
  }

  async sealLegacy(connector: Connector, config: JsonObject): Promise<Buffer> {
    return this.keys.encrypt(connector.organizationId, legacyContext(connector.id), JSON.stringify(config));
  }

  /** Whether a legacy config is what is stored; a damaged one is like none, so that it can be replaced or removed. */
  async isLegacy(connector: Connector, config: JsonObject | null): Promise<boolean> {
    try {
      return isDeepStrictEqual(config, await this.openLegacy(connector));
    } catch (error) {
      if (error instanceof SecretUnreadableError) return false;
      throw error;
    }
  }

  /** @throws SecretUnreadableError when the ciphertext is damaged. */
  async openLegacy(connector: Connector): Promise<JsonObject | null> {
    if (connector.config === null) return null;
    return JSON.parse(
      await this.keys.decrypt(connector.organizationId, legacyContext(connector.id), connector.config),
    ) as JsonObject;
  }
}

function paramContext(connectorId: string, key: string): string[] {
  return ['ir_connector_param', connectorId, key];
}

function legacyContext(connectorId: string): string[] {
  return ['ir_connector', connectorId, 'config'];
}

function pick(param: ConnectorParam): Omit<StoredParam, 'value'> {
  const { id, key, fileId, valueType, sequence, isSecret } = param;
  return { id, key, fileId, valueType, sequence, isSecret };
}
