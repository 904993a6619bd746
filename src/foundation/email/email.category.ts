import type { ConnectorCategory } from '../../core/connectors/index.js';

/** How mail leaves. */
export const EMAIL_CATEGORY: ConnectorCategory = {
  key: 'email',
  displayName: 'Email',
  description: 'Sends mail through a mailbox, a mail server or a delivery service.',
};

/**
 * The category as this server offers it.
 * @param isAvailable whether the settings name a mail server.
 */
export function emailCategory(isAvailable: boolean): ConnectorCategory {
  return {
    ...EMAIL_CATEGORY,
    builtIn: {
      name: 'Built-in SMTP',
      description: 'Sends mail through the mail server of this installation (EDE_SMTP_URL).',
      isAvailable,
    },
  };
}
