import { Badge } from '@mantine/core';
import type { DeliveryStatus } from '../../api/deliveries';

const LOOKS: Readonly<Record<DeliveryStatus, { label: string; color: string }>> = {
  queued: { label: 'Queued', color: 'gray' },
  sending: { label: 'Sending', color: 'blue' },
  sent: { label: 'Sent', color: 'green' },
  failed: { label: 'Failed', color: 'red' },
};

export function DeliveryBadge({ status }: { readonly status: DeliveryStatus }) {
  const { label, color } = LOOKS[status];
  return <Badge color={color}>{label}</Badge>;
}
