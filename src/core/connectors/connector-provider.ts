import type { ConfigSchema } from './config-field.js';
import type { ConnectionContext } from './connection-context.js';
import type { ConnectorConnection } from './connector-connection.js';
import type { JsonObject } from './json.js';
import type { OAuthDefinition, OAuthExchange } from './oauth-definition.js';

/**
 * One implementation of a category. A stateless singleton with injected dependencies: it holds no tenant state,
 * each connection that it makes owns its credentials.
 */
export abstract class ConnectorProvider<
  Config = unknown,
  Connection extends ConnectorConnection = ConnectorConnection,
> {
  /** The declared params: they draw the form, type the config and mark secrets and endpoints. */
  abstract readonly configSchema: ConfigSchema;

  /** Set when the provider signs in with OAuth 2: constants only, no discovery call. */
  readonly oauth?: OAuthDefinition;

  /**
   * Makes the connection of one record. Does no I/O.
   * @param config checked against the schema, defaults applied.
   * @param context where the connection gets access tokens; a provider without OAuth leaves it out.
   */
  abstract fromConfig(config: Config, context: ConnectionContext): Connection;

  /** Unwraps a vendor's own JSON format before an import flattens it. */
  normalizeImportJson(json: JsonObject): JsonObject {
    return json;
  }

  /**
   * Exchanges an authorization code for tokens. Override only where the standard exchange does not fit.
   * @returns flat `{ key: value }` pairs to store as params; keys that the schema does not declare are dropped.
   * @throws anything: the stored params are then left alone, and nothing of the error is shown.
   */
  exchangeOAuthCode?(exchange: OAuthExchange): Promise<Record<string, string>>;
}
