import { DomainError, type ErrorDefinition } from '../../../core/errors/index.js';

/** One rotation at a time: two would rewrite each other's work. */
export class RotationInProgressError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'rotation_in_progress',
    kind: 'conflict',
    title: 'Another rotation is not completed yet',
  };
}

/** The master key is in the environment, and there is no other one to move to. */
export class NewMasterKeyMissingError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'new_master_key_missing',
    kind: 'conflict',
    title: 'Set EDE_MASTER_KEY to a new key and EDE_MASTER_KEY_PREVIOUS to the present one, and restart every process',
  };
}

/** The service or file that holds the master key cannot be used now. */
export class KeyProviderUnavailableError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'key_provider_unavailable',
    kind: 'unavailable',
    title: 'The holder of the master key cannot be used now',
  };
}

/** Work has begun: it can only be brought to its end. */
export class RotationRunningError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'rotation_running',
    kind: 'conflict',
    title: 'The rotation has begun and cannot be withdrawn',
  };
}
