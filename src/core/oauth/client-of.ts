import { ConnectorConfigError, refreshTokenKey, type OAuthDefinition } from '../connectors/index.js';
import type { ClientCredentials } from './token-client.js';

/** Reads the text that a config has under a dot-notation key; `null` when there is none. */
export type ConfigLookup = (key: string) => string | null;

/** Reads a nested config. Empty text counts as none. */
export function lookupIn(config: Readonly<Record<string, unknown>>): ConfigLookup {
  return (key) => {
    let value: unknown = config;
    for (const segment of key.split('.')) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return null;
      value = (value as Record<string, unknown>)[segment];
    }
    return typeof value === 'string' && value !== '' ? value : null;
  };
}

/** The client's credentials in a config. @throws ConnectorConfigError naming those that are missing. */
export function clientOf(definition: OAuthDefinition, lookup: ConfigLookup): ClientCredentials {
  const { clientIdKey, clientSecretKey } = definition;
  const [clientId, clientSecret] = [lookup(clientIdKey), lookup(clientSecretKey)];
  if (clientId !== null && clientSecret !== null) return { clientId, clientSecret };
  const missing = [clientId === null ? clientIdKey : null, clientSecret === null ? clientSecretKey : null];
  throw new ConnectorConfigError(
    missing.filter((key) => key !== null).map((key) => ({ key, reason: 'is missing, and consent needs it' })),
  );
}

/** The refresh token in a config, `null` when there is none. */
export function refreshTokenOf(definition: OAuthDefinition, lookup: ConfigLookup): string | null {
  const key = refreshTokenKey(definition);
  return key === null ? null : lookup(key);
}
