import type { DeliveryStatus } from '../../api/deliveries';

/** The words of the badge and of the filter. */
export const DELIVERY_STATUSES: Readonly<Record<DeliveryStatus, { readonly label: string; readonly color: string }>> = {
  queued: { label: 'Queued', color: 'gray' },
  sending: { label: 'Sending', color: 'blue' },
  sent: { label: 'Sent', color: 'green' },
  failed: { label: 'Failed', color: 'red' },
};
