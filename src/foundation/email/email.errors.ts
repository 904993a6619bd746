import { DomainError, type ErrorDefinition } from '../../core/errors/index.js';

/** A document of the organization that no mail may carry. */
export class AttachmentRefusedError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'attachment_refused',
    kind: 'refused',
    title: 'A document that belongs to configuration is not sent to anybody',
  };

  constructor(indexes: readonly number[]) {
    super(undefined, {
      issues: indexes.map((index) => ({
        pointer: `/attachments/${index}`,
        code: 'attachment_refused',
        message: 'belongs to configuration',
      })),
    });
  }
}

/** The attachments of one mail have more bytes than mail servers take. */
export class AttachmentsTooLargeError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'attachments_too_large',
    kind: 'refused',
    title: 'The attachments are too large for a mail',
  };
}
