import { DomainError, type ErrorDefinition } from '../../../core/errors/index.js';

/** The state of a callback is unknown, used, expired, tampered with, or was issued to somebody else: one answer for all. */
export class OAuthStateInvalidError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'oauth_state_invalid',
    kind: 'invalid',
    title: 'The consent was not started here, or is over: start it again from the connector',
  };
}
