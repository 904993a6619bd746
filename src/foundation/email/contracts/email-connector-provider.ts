import { ConnectorProvider } from '../../../core/connectors/index.js';
import type { EmailConnection } from './email-connection.js';

/** Base of every provider of the category `email`: `fromConfig` gives an {@link EmailConnection}. */
export abstract class EmailConnectorProvider<Config = unknown> extends ConnectorProvider<Config, EmailConnection> {}
