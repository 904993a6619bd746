import { Injectable } from '@nestjs/common';
import { refreshTokenKey, type JsonObject, type OAuthDefinition } from '../../../core/connectors/index.js';
import { clientOf, lookupIn, refreshTokenOf, type RefreshCredentials } from '../../../core/oauth/index.js';
import type { TransactionContext } from '../../../persistence/index.js';
import type { LoadedConnector } from '../connector-store.js';
import { ParamVault } from '../param-vault.js';

/** Where a connector keeps what a refresh is asked with: in its params, or in its legacy config while it has none. */
@Injectable()
export class RefreshCredentialsStore {
  constructor(private readonly vault: ParamVault) {}

  /** @throws ConnectorConfigError when client id or secret are missing, SecretUnreadableError. */
  async read({ connector, params }: LoadedConnector, definition: OAuthDefinition): Promise<RefreshCredentials> {
    if (params.length === 0) {
      const lookup = lookupIn((await this.vault.openLegacy(connector)) ?? {});
      return { client: clientOf(definition, lookup), refreshToken: refreshTokenOf(definition, lookup) };
    }
    const wanted = [definition.clientIdKey, definition.clientSecretKey, refreshTokenKey(definition)];
    const texts = new Map<string, string>();
    for (const param of params.filter(({ key }) => wanted.includes(key))) {
      const value = await this.vault.openValue(param);
      if (value !== null && value !== '') texts.set(param.key, value);
    }
    const lookup = (key: string) => texts.get(key) ?? null;
    return { client: clientOf(definition, lookup), refreshToken: refreshTokenOf(definition, lookup) };
  }

  /**
   * Puts a rotated refresh token in the place of the spent one. It belongs to the same consent, so neither version nor
   * status of the connector moves.
   */
  async rotate(
    tx: TransactionContext,
    { connector, params }: LoadedConnector,
    definition: OAuthDefinition,
    refreshToken: string,
  ): Promise<void> {
    const key = refreshTokenKey(definition);
    if (key === null) return;
    if (params.length === 0) {
      const config = (await this.vault.openLegacy(connector)) ?? {};
      connector.config = await this.vault.sealLegacy(connector, withText(config, key.split('.'), refreshToken));
      await tx.manager.save(connector);
      return;
    }
    const param = params.find((candidate) => candidate.key === key);
    if (param === undefined) return;
    param.value = await this.vault.sealValue(connector, key, refreshToken);
    param.updatedAt = new Date();
    await tx.manager.save(param);
  }
}

function withText(config: JsonObject, [head = '', ...rest]: readonly string[], text: string): JsonObject {
  if (rest.length === 0) return { ...config, [head]: text };
  return { ...config, [head]: withText((config[head] ?? {}) as JsonObject, rest, text) };
}

/** Whether two readings are of the same consent by the same client. */
export function isSameConsent(a: RefreshCredentials, b: RefreshCredentials): boolean {
  return (
    a.client.clientId === b.client.clientId &&
    a.client.clientSecret === b.client.clientSecret &&
    a.refreshToken === b.refreshToken
  );
}
