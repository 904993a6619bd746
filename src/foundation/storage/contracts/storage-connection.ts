import type { ConnectorConnection } from '../../../core/connectors/index.js';
import type { StorageBackend } from './storage-backend.js';

/** One configured storage connector in use. */
export interface StorageConnection extends ConnectorConnection, StorageBackend {}
