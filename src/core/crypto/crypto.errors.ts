import { DomainError, type ErrorDefinition } from '../errors/index.js';

/** A stored secret cannot be decrypted: it was tampered with, moved, or its key is gone. Says nothing about why. */
export class SecretUnreadableError extends DomainError {
  static override readonly definition: ErrorDefinition = {
    code: 'secret_unreadable',
    kind: 'conflict',
    title: 'A stored secret cannot be read; enter it again',
  };
}
