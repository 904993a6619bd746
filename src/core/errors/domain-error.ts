/** What kind of refusal an error is. HTTP gives each kind one status, in `core/web`. */
export type ErrorKind =
  | 'invalid' // 400
  | 'unauthenticated' // 401
  | 'forbidden' // 403
  | 'not_found' // 404
  | 'method_not_allowed' // 405
  | 'conflict' // 409
  | 'stale' // 412
  | 'too_large' // 413
  | 'unsupported_media' // 415
  | 'range' // 416
  | 'refused' // 422
  | 'too_many' // 429
  | 'remote_failed' // 502
  | 'unavailable'; // 503

/** The stable part of an error: what a client may rely on and what OpenAPI shows. */
export interface ErrorDefinition {
  /** snake_case, never changes. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** One short sentence without values; the RFC 9457 `title`. */
  readonly title: string;
}

/** One offending place in the input. */
export interface InputIssue {
  /** RFC 6901 pointer into the body, or the name of a query or path parameter. */
  readonly pointer: string;
  readonly code: string;
  /** Safe text: never an input value. */
  readonly message: string;
}

export interface DomainErrorOptions extends ErrorOptions {
  readonly issues?: readonly InputIssue[];
  /** Further members of the problem document, e.g. `uses`; safe values only. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** Seconds, for the `Retry-After` header. */
  readonly retryAfter?: number;
}

/** A class of domain errors, with its definition as a static member. */
export interface DomainErrorClass {
  readonly definition: ErrorDefinition;
  readonly name: string;
}

/**
 * Base of every error that a caller may see. A subclass has one `static definition`, so one class is one code.
 * The message is shown to callers as `detail`: it must be safe text.
 */
export abstract class DomainError extends Error {
  static readonly definition: ErrorDefinition;

  readonly issues: readonly InputIssue[];
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly retryAfter: number | undefined;

  constructor(message?: string, options: DomainErrorOptions = {}) {
    super(message, options);
    this.name = new.target.name;
    this.issues = options.issues ?? [];
    this.extensions = options.extensions ?? {};
    this.retryAfter = options.retryAfter;
    if (message === undefined) this.message = this.definition.title;
  }

  get definition(): ErrorDefinition {
    return (this.constructor as unknown as DomainErrorClass).definition;
  }

  get code(): string {
    return this.definition.code;
  }
}
