import { ResponseBodyError } from 'oauth4webapi';
import type { ExplainFailure } from '../connectors/index.js';
import { EgressBlockedError, EgressFailedError, explainEgress } from '../egress/index.js';
import { ConsentRequiredError, TokenRequestError, type TokenFailure } from './oauth.errors.js';

const BY_CODE: Readonly<Record<string, TokenFailure>> = {
  invalid_grant: 'grant_refused',
  invalid_client: 'client_refused',
  unauthorized_client: 'client_refused',
  temporarily_unavailable: 'unavailable',
  server_error: 'unavailable',
};

const TEXTS: Readonly<Record<TokenFailure, readonly [message: string, hint: string]>> = {
  grant_refused: ['The authorization server refused the grant', 'Consent again'],
  client_refused: ['The authorization server refused the client', 'Check client id and client secret'],
  refused: ['The authorization server refused the request', 'Check the registration of the client at the vendor'],
  unavailable: ['The authorization server did not answer as it should', 'Try again later'],
  malformed: ['The authorization server answered without the promised tokens', 'Try again later'],
};

/**
 * What failed, in our own words: nothing that the server sent is kept, since it may repeat secrets.
 * @param grantErrors codes that, besides `invalid_grant`, mean a worthless grant.
 */
export function tokenFailure(
  error: unknown,
  grantErrors: readonly string[] = [],
): TokenRequestError | EgressBlockedError | EgressFailedError {
  if (error instanceof TokenRequestError) return error;
  if (error instanceof EgressBlockedError || error instanceof EgressFailedError) return error;
  return failureOf(error instanceof ResponseBodyError ? failureOfCode(error.error, grantErrors) : 'malformed');
}

export function failureOf(failure: TokenFailure): TokenRequestError {
  return new TokenRequestError(failure, ...TEXTS[failure]);
}

function failureOfCode(code: string, grantErrors: readonly string[]): TokenFailure {
  if (grantErrors.includes(code)) return 'grant_refused';
  return Object.hasOwn(BY_CODE, code) ? (BY_CODE[code] as TokenFailure) : 'refused';
}

/** Message and hint of what an access token source threw, for a step of a test. */
export const explainTokens: ExplainFailure = (error) => {
  const isOurs = error instanceof TokenRequestError || error instanceof ConsentRequiredError;
  return isOurs ? { message: error.message, hint: error.hint } : explainEgress(error);
};
