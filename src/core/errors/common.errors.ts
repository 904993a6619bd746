import { DomainError, type ErrorDefinition, type InputIssue } from './domain-error.js';

/** A malformed body, query or header. */
export class InvalidInputError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'invalid_input',
    kind: 'invalid',
    title: 'The request is malformed',
  };

  constructor(issues: readonly InputIssue[], message?: string) {
    super(message, { issues });
  }
}

/** A path id that is not a UUID. */
export class InvalidIdError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'invalid_id',
    kind: 'invalid',
    title: 'The id is not a UUID',
  };
}

/** Unknown id, or an id of an organization that is not the caller's: the same answer for both. */
export class RecordNotFoundError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'not_found',
    kind: 'not_found',
    title: 'There is no such record',
  };
}

export class UnauthenticatedError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'unauthenticated',
    kind: 'unauthenticated',
    title: 'Sign in first',
  };
}

export class ForbiddenError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'forbidden',
    kind: 'forbidden',
    title: 'Your role or token does not allow this',
  };
}

/** A read-only field was given with another value than the stored one. */
export class ReadOnlyFieldError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'read_only',
    kind: 'invalid',
    title: 'A read-only field would change',
  };

  constructor(fields: readonly string[]) {
    super(undefined, {
      issues: fields.map((field) => ({ pointer: `/${field}`, code: 'read_only', message: `${field} is read-only` })),
    });
  }
}

/** `If-Match` or `version` is not the stored version. */
export class StaleVersionError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'stale_version',
    kind: 'stale',
    title: 'The record was changed meanwhile',
  };
}

export class TooManyRequestsError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'too_many_requests',
    kind: 'too_many',
    title: 'Too many requests',
  };

  constructor(retryAfter: number, message?: string) {
    super(message, { retryAfter });
  }
}

/** The master key is wrong or missing while ciphertext exists. */
export class SealedError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'sealed',
    kind: 'unavailable',
    title: 'The server is sealed: its master key is missing or wrong',
  };
}

/** The database is away, its pool is exhausted, or a statement waited too long, say for a lock of another session. */
export class DatabaseUnavailableError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'database_unavailable',
    kind: 'unavailable',
    title: 'The database is not available',
  };

  constructor(options?: ErrorOptions) {
    super(undefined, { ...options, retryAfter: 2 });
  }
}
