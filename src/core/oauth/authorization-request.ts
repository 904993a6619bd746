import { calculatePKCECodeChallenge, generateRandomCodeVerifier } from 'oauth4webapi';
import type { OAuthDefinition } from '../connectors/index.js';

/** What differs from one authorization request to the next. */
export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  /** `null` without PKCE. */
  readonly codeVerifier: string | null;
}

/** A fresh PKCE verifier, `null` when the provider goes without. */
export function newCodeVerifier(definition: OAuthDefinition): string | null {
  return definition.isPkceUsed === false ? null : generateRandomCodeVerifier();
}

/**
 * The address of the consent page.
 * @param authorizationUrl where the definition's page is to be found, endpoint overrides applied.
 */
export async function authorizationUrlOf(
  definition: OAuthDefinition,
  authorizationUrl: string | URL,
  request: AuthorizationRequest,
): Promise<string> {
  const url = new URL(authorizationUrl);
  const parameters = {
    ...definition.authorizationParameters,
    response_type: 'code',
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    ...(definition.scopes.length > 0 && { scope: definition.scopes.join(definition.scopeSeparator ?? ' ') }),
    state: request.state,
    ...(request.codeVerifier !== null && {
      code_challenge: await calculatePKCECodeChallenge(request.codeVerifier),
      code_challenge_method: 'S256',
    }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
