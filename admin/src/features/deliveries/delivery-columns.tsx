import { Stack, Text } from '@mantine/core';
import type { ChatSummary, MailSummary } from '../../api/deliveries';
import { SentThrough } from './sent-through';
import type { Column } from '../../components/data-list';
import { RelativeTime } from '../../components/relative-time';
import { DeliveryBadge } from './delivery-badge';

/** Stands for content that can no longer be decrypted. */
export const UNREADABLE = 'Cannot be read any more';

type Delivery = Pick<
  MailSummary & ChatSummary,
  'status' | 'last_error' | 'attempts' | 'connector_id' | 'provider_type' | 'created_at'
>;

/** The columns that the logs of mail and of messages share: how far each has come. */
export function deliveryColumns(): Column<Delivery>[] {
  return [
    { header: 'Status', cell: (delivery) => <State {...delivery} /> },
    { header: 'Attempts', isNumeric: true, cell: ({ attempts }) => attempts },
    { header: 'Through', cell: (delivery) => <SentThrough delivery={delivery} /> },
    { header: 'Accepted', isWhole: true, cell: ({ created_at }) => <RelativeTime at={created_at} /> },
  ];
}

function State({ status, last_error }: Pick<Delivery, 'status' | 'last_error'>) {
  return (
    <Stack gap={2}>
      <div>
        <DeliveryBadge status={status} />
      </div>
      {last_error !== null && (
        <Text size="xs" lineClamp={2} title={last_error}>
          {last_error}
        </Text>
      )}
    </Stack>
  );
}
