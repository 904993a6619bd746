import type { DeliveryTable } from '../../core/delivery/index.js';

export const MESSAGING_KIND = 'messaging';

export const MESSAGING_TABLE: DeliveryTable = {
  name: 'messaging_message',
  recordType: 'messaging.message',
  action: 'messaging',
};
