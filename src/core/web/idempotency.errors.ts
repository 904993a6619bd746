import { DomainError, type ErrorDefinition } from '../errors/index.js';

/** The key was used for another body before. */
export class IdempotencyMismatchError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'idempotency_mismatch',
    kind: 'refused',
    title: 'The Idempotency-Key was used with another request body',
  };
}

/** The first request with the key was carried out, and the server died or broke before it could keep the answer. */
export class IdempotencyAnswerLostError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'idempotency_answer_lost',
    kind: 'conflict',
    title: 'The request with this Idempotency-Key was carried out, but its answer was lost: look what is there',
  };
}

/** The first request with the key is still running. */
export class IdempotencyInFlightError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'idempotency_in_flight',
    kind: 'conflict',
    title: 'A request with this Idempotency-Key is still running',
  };

  constructor() {
    super(undefined, { retryAfter: 1 });
  }
}
