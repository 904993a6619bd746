import { ConnectionFailedError } from '../../core/connectors/index.js';
import { DomainError } from '../../core/errors/index.js';

const PASSED: ReadonlySet<string> = new Set(['remote_failed', 'unavailable', 'too_many']);

/**
 * What a caller is told when a storage in use fails. Incomplete configuration, a blocked target or an unreadable
 * secret are not his fault, so they count as a failed connection too.
 */
export function storageFailure(error: unknown): DomainError {
  if (!(error instanceof DomainError)) return new ConnectionFailedError(undefined, { cause: error });
  if (PASSED.has(error.definition.kind)) return error;
  return new ConnectionFailedError(`The storage connector cannot be used: ${error.definition.title}`, { cause: error });
}
