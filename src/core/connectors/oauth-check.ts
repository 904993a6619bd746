import type { ConfigSchema } from './config-field.js';
import type { OAuthDefinition } from './oauth-definition.js';

/** @throws Error naming the provider when its OAuth constants do not fit its schema; the boot stops. */
export function assertOAuth(provider: string, schema: ConfigSchema, definition: OAuthDefinition | undefined): void {
  if (definition === undefined) return;
  const problem = problemOf(schema, definition);
  if (problem !== null) throw new Error(`OAuth definition of ${provider} is broken: ${problem}`);
}

function problemOf(schema: ConfigSchema, definition: OAuthDefinition): string | null {
  const tokenKeys = [...Object.values(definition.tokenParams), ...Object.values(definition.optionalTokenParams ?? {})];
  const secretKeys = [definition.clientSecretKey, ...tokenKeys.filter((key) => /token/.test(key))];
  const isDeclared = (key: string) => schema.some((field) => field.key === key && field.type !== 'file');
  const isSecret = (key: string) => schema.some((field) => field.key === key && field.secret);
  const undeclared = [definition.clientIdKey, definition.clientSecretKey, ...tokenKeys].find((key) => !isDeclared(key));
  if (undeclared !== undefined) return `${undeclared} is not a declared text field`;
  const open = secretKeys.find((key) => !isSecret(key));
  if (open !== undefined) return `${open} must be a secret field`;
  const isHttps = [definition.authorizationUrl, definition.tokenUrl].every((url) => /^https:\/\/[^@\s]+$/.test(url));
  return isHttps ? null : 'authorizationUrl and tokenUrl must be https URLs';
}
