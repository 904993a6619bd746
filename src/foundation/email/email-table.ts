import type { DeliveryTable } from '../../core/delivery/index.js';

export const EMAIL_KIND = 'email';

export const EMAIL_TABLE: DeliveryTable = { name: 'email_message', recordType: 'email.message', action: 'email' };
