import type { ConnectorCategory } from '../../core/connectors/index.js';

/** How mail leaves. */
export const EMAIL_CATEGORY: ConnectorCategory = {
  key: 'email',
  displayName: 'Email',
  description: 'Sends mail through a mailbox, a mail server or a delivery service.',
};
