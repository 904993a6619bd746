export {
  DomainError,
  type DomainErrorClass,
  type DomainErrorOptions,
  type ErrorDefinition,
  type ErrorKind,
  type InputIssue,
} from './domain-error.js';
export {
  DatabaseUnavailableError,
  ForbiddenError,
  InvalidIdError,
  InvalidInputError,
  ReadOnlyFieldError,
  RecordNotFoundError,
  SealedError,
  StaleVersionError,
  TooManyRequestsError,
  UnauthenticatedError,
} from './common.errors.js';
