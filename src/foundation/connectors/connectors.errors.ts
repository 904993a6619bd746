import { DomainError, type ErrorDefinition, type InputIssue } from '../../core/errors/index.js';
import type { Usage } from '../../core/ports/index.js';

export class UnknownCategoryError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'unknown_category',
    kind: 'refused',
    title: 'No module declares this category',
  };

  constructor() {
    super(undefined, {
      issues: [{ pointer: '/category', code: 'unknown_category', message: 'is not a registered category' }],
    });
  }
}

export class UnknownProviderError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'unknown_provider',
    kind: 'refused',
    title: 'The category has no such provider',
  };

  constructor() {
    super(undefined, {
      issues: [{ pointer: '/provider_type', code: 'unknown_provider', message: 'is not registered in this category' }],
    });
  }
}

/** The record's provider is no longer registered: nothing can be tested or imported by it. */
export class ProviderUnavailableError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'provider_unavailable',
    kind: 'refused',
    title: "The connector's provider is not available on this server",
  };
}

/** A param value, type or flag that a rule refuses. */
export class InvalidParamError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'invalid_param',
    kind: 'refused',
    title: 'A param is not acceptable',
  };

  constructor(issues: readonly Omit<InputIssue, 'code'>[]) {
    super(undefined, { issues: issues.map((issue) => ({ ...issue, code: 'invalid_param' })) });
  }
}

/** A field of the address changed: every secret that would be kept must be sent again in the same request. */
export class SecretRequiredError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'secret_required',
    kind: 'refused',
    title: 'The target changed: send the kept secrets again',
  };

  /** @param secrets each with where it stands, or should stand, in the request. */
  constructor(secrets: readonly { readonly key: string; readonly pointer: string }[]) {
    super(undefined, {
      issues: secrets.map(({ key, pointer }) => ({
        pointer,
        code: 'secret_required',
        message: `${key} was entered for another target and must be sent again`,
      })),
    });
  }
}

export class NotConnectedError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'not_connected',
    kind: 'conflict',
    title: 'Only a connector whose last test succeeded can be activated',
  };
}

export class ConnectorInUseError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'connector_in_use',
    kind: 'conflict',
    title: 'The connector is in use',
  };

  constructor(uses: readonly Usage[]) {
    super(undefined, { extensions: { uses } });
  }
}

/** Secrets are revealed only to a confirmed session of an organization admin or a token with `secrets:read`. */
export class ConfirmationRequiredError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'confirmation_required',
    kind: 'forbidden',
    title: 'Confirm your password first',
  };
}

/** What was given for import is not a JSON object. */
export class InvalidImportError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'invalid_import',
    kind: 'invalid',
    title: 'The import is not a JSON object',
  };

  constructor(pointer: string, message: string) {
    super(undefined, { issues: [{ pointer, code: 'invalid_import', message }] });
  }
}

/** The provider does not know this JSON as one of its formats. */
export class ImportRefusedError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'import_refused',
    kind: 'refused',
    title: 'The provider cannot read this JSON',
  };
}

/** A draft test borrows only from a connector of the same category and provider. */
export class DraftMismatchError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'draft_mismatch',
    kind: 'refused',
    title: 'The connector is of another category or provider',
  };
}
