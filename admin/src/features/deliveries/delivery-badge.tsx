import { Badge } from '@mantine/core';
import type { DeliveryStatus } from '../../api/deliveries';
import { DELIVERY_STATUSES } from './delivery-words';

export function DeliveryBadge({ status }: { readonly status: DeliveryStatus }) {
  const { label, color } = DELIVERY_STATUSES[status];
  return <Badge color={color}>{label}</Badge>;
}
