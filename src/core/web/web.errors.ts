import { DomainError, type ErrorDefinition } from '../errors/index.js';

/** No route has this path. */
export class RouteNotFoundError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'route_not_found',
    kind: 'not_found',
    title: 'There is no such route',
  };
}

/** The path exists, the method does not. */
export class MethodNotAllowedError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'method_not_allowed',
    kind: 'method_not_allowed',
    title: 'This path does not offer this method',
  };

  constructor(
    /** For the `Allow` header. */
    readonly allowed: readonly string[],
  ) {
    super();
  }
}

export class BodyTooLargeError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'body_too_large',
    kind: 'too_large',
    title: 'The request body is too large',
  };
}

export class UnsupportedMediaTypeError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'unsupported_media_type',
    kind: 'unsupported_media',
    title: 'The body must be JSON (application/json, UTF-8) or, where files are taken, multipart/form-data',
  };
}

/** A request that the browser made for another site, or one whose origin is not ours. */
export class CsrfRefusedError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'csrf_refused',
    kind: 'forbidden',
    title: 'The request came from another site',
  };
}

/** An HTTP refusal for which there is no better code. */
export class RequestRefusedError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'request_refused',
    kind: 'refused',
    title: 'The request was refused',
  };
}

export class ConflictError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'conflict',
    kind: 'conflict',
    title: 'The request conflicts with the present state',
  };
}

/** The server is starting or stopping. */
export class ServiceUnavailableError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'unavailable',
    kind: 'unavailable',
    title: 'The service is not available at the moment',
  };
}
