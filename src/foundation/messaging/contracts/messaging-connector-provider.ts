import { ConnectorProvider } from '../../../core/connectors/index.js';
import type { MessagingConnection } from './messaging-connection.js';

/** Base of every provider of the category `messaging`: `fromConfig` gives a {@link MessagingConnection}. */
export abstract class MessagingConnectorProvider<Config = unknown> extends ConnectorProvider<
  Config,
  MessagingConnection
> {}
