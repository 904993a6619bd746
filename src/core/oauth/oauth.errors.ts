import { ConnectionFailedError } from '../connectors/index.js';
import type { ErrorDefinition } from '../errors/index.js';

/** Why a token request brought nothing. */
export type TokenFailure =
  /** The code or refresh token is not (any longer) good. */
  | 'grant_refused'
  /** Client id or secret are wrong, or the client may not do this. */
  | 'client_refused'
  /** Any other refusal. */
  | 'refused'
  /** No answer, or one that says that the server is in trouble. */
  | 'unavailable'
  /** An answer that is none of a token endpoint, or lacks what was promised. */
  | 'malformed';

/** A token request failed. The message is our own text: nothing of the answer is in it. */
export class TokenRequestError extends ConnectionFailedError {
  static override readonly definition: ErrorDefinition = {
    code: 'oauth_token_failed',
    kind: 'remote_failed',
    title: 'The authorization server gave no access token',
  };

  constructor(
    readonly failure: TokenFailure,
    message: string,
    /** What an administrator can do about it. */
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Nobody has consented yet, or the consent has ended: an administrator must go through the consent page. */
export class ConsentRequiredError extends ConnectionFailedError {
  static override readonly definition: ErrorDefinition = {
    code: 'oauth_consent_required',
    kind: 'remote_failed',
    title: 'An administrator must consent again',
  };

  constructor(
    message: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
