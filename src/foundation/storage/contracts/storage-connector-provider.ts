import { ConnectorProvider } from '../../../core/connectors/index.js';
import type { StorageConnection } from './storage-connection.js';

/** Base of every provider of the category `storage`: `fromConfig` gives a {@link StorageConnection}. */
export abstract class StorageConnectorProvider<Config = unknown> extends ConnectorProvider<Config, StorageConnection> {}
