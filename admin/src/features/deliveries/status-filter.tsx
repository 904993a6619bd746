import { Select } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { DeliveryStatus } from '../../api/deliveries';
import { DELIVERY_STATUSES } from './delivery-words';

const CHOICES = Object.entries(DELIVERY_STATUSES).map(([value, { label }]) => ({ value, label }));

/** Filters a log by status, in the address. */
export function StatusFilter({ value }: { readonly value: DeliveryStatus | undefined }) {
  const navigate = useNavigate();
  return (
    <Select
      aria-label="Status"
      placeholder="Any status"
      clearable
      clearButtonProps={{ 'aria-label': 'Any status' }}
      data={CHOICES}
      value={value ?? null}
      w={180}
      onChange={(status) => {
        void navigate({ to: '.', search: { ...(status !== null && { status }) } });
      }}
    />
  );
}
