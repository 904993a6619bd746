import { DomainError, type ErrorDefinition } from '../../core/errors/index.js';

/** Wrong password, unknown or disabled user: never told apart. */
export class InvalidCredentialsError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'invalid_credentials',
    kind: 'unauthenticated',
    title: 'Email address or password is wrong',
  };
}

/** There is a user already: the first setup is over. */
export class AlreadySetUpError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'already_set_up',
    kind: 'conflict',
    title: 'This server is set up already; sign in',
  };
}

/** A one-time token is wrong, used or expired. */
export class InvalidSetupTokenError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'invalid_setup_token',
    kind: 'unauthenticated',
    title: 'The one-time link is wrong, used or expired',
  };
}

/** The session must be confirmed by password first (`POST /api/auth/confirm`). */
export class ConfirmationRequiredError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'confirmation_required',
    kind: 'forbidden',
    title: 'Confirm your password first',
  };
}

/** A token would be expired from its first moment. */
export class TokenExpiryError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'expires_in_past',
    kind: 'refused',
    title: 'The expiry is not in the future',
  };

  constructor() {
    super(undefined, {
      issues: [{ pointer: '/expires_at', code: 'expires_in_past', message: 'must be in the future' }],
    });
  }
}
