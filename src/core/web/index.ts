export { acceptsHtml, preferredEncoding } from './accept.js';
export { ApiErrors } from './api-errors.decorator.js';
export { decodeCursor, encodeCursor, type CursorKind, type CursorValue } from './cursor.js';
export { IDEMPOTENT_METADATA, Idempotent, type IdempotentOptions } from './idempotent.decorator.js';
export {
  IdempotencyAnswerLostError,
  IdempotencyInFlightError,
  IdempotencyMismatchError,
} from './idempotency.errors.js';
export { IfMatch } from './if-match.decorator.js';
export { DEFAULT_LIMIT, MAX_LIMIT, PageQuery } from './page-query.dto.js';
export { PageOf, type Page } from './page.response.js';
export { ProblemIssue, ProblemResponse } from './problem.response.js';
export { QueryBoolean, QueryInteger } from './query-value.decorators.js';
export { STATUS_BY_KIND } from './status-table.js';
export { isStorableText } from './text-check.js';
export { UuidParam, isUuid } from './uuid-param.decorator.js';
export { Versioned } from './versioned.decorator.js';
export { CommandDispatch, CommandRoute } from './command-route.decorator.js';
export { BodyLimit, MEBIBYTE } from './body-limit.decorator.js';
export { HttpAdapter, type HttpOptions } from './http-adapter.js';
export { parseJsonBody } from './json-body.js';
export { OptionalField } from './optional-field.decorator.js';
export { PROBLEM_MEDIA_TYPE, problemOf } from './problem-document.js';
export { ProblemFilter, type ErrorClassifier } from './problem.filter.js';
export { PublicOrigin } from './public-origin.js';
export { StrictValidationPipe } from './validation.pipe.js';
export {
  MethodNotAllowedError,
  RouteNotFoundError,
  ServiceUnavailableError,
  UnsupportedMediaTypeError,
} from './web.errors.js';
export { ServerState } from './server-state.js';
export { WebModule } from './web.module.js';
export { documentCommands } from './document-commands.js';
export { documentExamples } from './document-examples.js';
export { operationsOf, type Operation } from './document-operations.js';
export { documentProblems } from './document-problems.js';
export { domainErrorOfFramework } from './foreign-errors.js';
export { PreparedAnswer, type AnswerParts } from './prepared-answer.js';
