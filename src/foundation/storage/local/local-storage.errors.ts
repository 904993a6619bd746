import { ConnectionFailedError } from '../../../core/connectors/index.js';
import type { ErrorDefinition } from '../../../core/errors/index.js';

/** The disk is full, or would leave too little for everything else on it. */
export class StorageFullError extends ConnectionFailedError {
  static override readonly definition: ErrorDefinition = {
    code: 'storage_full',
    kind: 'unavailable',
    title: 'The built-in storage has no room left',
  };
}

/** The disk cannot be read or written. */
export class LocalStorageError extends ConnectionFailedError {
  static override readonly definition: ErrorDefinition = {
    code: 'local_storage_failed',
    kind: 'unavailable',
    title: 'The built-in storage cannot be read or written',
  };
}

/** A key that no object can have. */
export class InvalidObjectKeyError extends ConnectionFailedError {
  constructor() {
    super('The key of a stored object is not valid');
  }
}

const FULL: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The safe error for what the file system threw. */
export function localStorageError(error: unknown): ConnectionFailedError {
  if (error instanceof ConnectionFailedError) return error;
  const { code } = error as { code?: unknown };
  return FULL.has(code)
    ? new StorageFullError(undefined, { cause: error })
    : new LocalStorageError(undefined, { cause: error });
}

/** Whether the file system said that there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'ENOENT' || code === 'ENOTDIR';
}
