import type { TokenEndpointResponse } from 'oauth4webapi';
import type { IssuedTokens, OAuthDefinition } from '../connectors/index.js';

/** Longer lifetimes (seconds) count as this: a year. */
const MAX_LIFETIME = 365 * 24 * 3600;

/** The answer of a token endpoint, with the members that the definition turns into params. */
export interface TokenAnswer extends IssuedTokens {
  /** Of the declared members, those that the answer has as non-empty text: param key → value. Secret. */
  readonly params: ReadonlyMap<string, string>;
}

export function readTokenAnswer(definition: OAuthDefinition, answer: TokenEndpointResponse): TokenAnswer {
  const { access_token, expires_in, refresh_token, scope } = answer;
  return {
    accessToken: access_token,
    expiresIn: expires_in === undefined ? null : Math.min(expires_in, MAX_LIFETIME),
    refreshToken: refresh_token === undefined || refresh_token === '' ? null : refresh_token,
    scopes: scope === undefined ? null : splitScopes(scope),
    params: declaredMembers(definition, answer),
  };
}

/** Servers do not agree on the separator, not even with themselves. */
function splitScopes(text: string): string[] {
  return text.split(/[\s,]+/).filter((scope) => scope !== '');
}

function declaredMembers(definition: OAuthDefinition, answer: TokenEndpointResponse): Map<string, string> {
  const members = Object.entries({ ...definition.optionalTokenParams, ...definition.tokenParams });
  const params = new Map<string, string>();
  for (const [member, key] of members) {
    const value: unknown = Object.hasOwn(answer, member) ? answer[member] : undefined;
    if (typeof value === 'string' && value !== '') params.set(key, value);
  }
  return params;
}
