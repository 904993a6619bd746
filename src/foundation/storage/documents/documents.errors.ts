import { DomainError, type ErrorDefinition } from '../../../core/errors/index.js';

/** More bytes than `EDE_MAX_UPLOAD`. */
export class DocumentTooLargeError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'document_too_large',
    kind: 'too_large',
    title: 'The document is larger than this server accepts',
  };
}

/** A document for configuration has more than 1 MiB. */
export class ConfigDocumentTooLargeError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'config_document_too_large',
    kind: 'refused',
    title: 'A document for configuration may have 1 MiB at most',
  };
}

/** A document for configuration is not UTF-8 text. */
export class ConfigDocumentNotTextError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'config_document_not_text',
    kind: 'refused',
    title: 'A document for configuration must be UTF-8 text',
  };
}

/** The content of a document that configuration reads is never answered. */
export class ConfigDocumentError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'config_document',
    kind: 'forbidden',
    title: 'The document belongs to configuration: its content is not answered',
  };
}

/** No byte of the document lies in the range. */
export class RangeNotSatisfiableError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'range_not_satisfiable',
    kind: 'range',
    title: 'The document ends before the range begins',
  };
}

/** The multipart body cannot be read to its end: it is malformed, or the client went away. */
export class MalformedUploadError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'malformed_upload',
    kind: 'invalid',
    title: 'The multipart body is malformed or ended too early',
  };
}

/** The upload took so long without a sign of life that it was cleaned away, or its connector was deleted meanwhile. */
export class UploadAbandonedError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'upload_abandoned',
    kind: 'conflict',
    title: 'The upload was cleaned away while it ran',
  };
}
