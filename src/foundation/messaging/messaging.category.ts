import type { ConnectorCategory } from '../../core/connectors/index.js';

/** How messages reach chats and phones. */
export const MESSAGING_CATEGORY: ConnectorCategory = {
  key: 'messaging',
  displayName: 'Messaging',
  description: 'Posts messages to chats, phones and webhooks.',
};
