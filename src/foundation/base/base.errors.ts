import { DomainError, type ErrorDefinition } from '../../core/errors/index.js';

export class SlugTakenError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'slug_taken',
    kind: 'conflict',
    title: 'Another organization has this slug',
  };
}

export class EmailTakenError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'email_taken',
    kind: 'conflict',
    title: 'Another user has this email address',
  };
}

/** The change would leave nobody who may administer the instance. */
export class LastInstanceAdminError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'last_instance_admin',
    kind: 'conflict',
    title: 'This is the last active instance admin',
  };
}
