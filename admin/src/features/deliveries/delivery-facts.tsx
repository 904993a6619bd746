import { Alert, Group, Paper, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { ChatSummary, MailSummary } from '../../api/deliveries';
import { RelativeTime } from '../../components/relative-time';
import { DeliveryBadge } from './delivery-badge';
import { SentThrough } from './sent-through';

type Delivery =
  | Omit<MailSummary, 'to' | 'cc' | 'subject' | 'is_unreadable'>
  | Omit<ChatSummary, 'to' | 'thread_id' | 'is_unreadable'>;

/** How far a mail or message has come: the same facts for both. */
export function DeliveryFacts({ delivery, children }: { delivery: Delivery; children?: ReactNode }) {
  const { status, attempts, last_error, next_attempt_at, finished_at, created_at, remote_id } = delivery;
  return (
    <Stack>
      {last_error !== null && (
        <Alert
          color={status === 'sent' ? 'yellow' : 'red'}
          title={status === 'failed' ? 'It was given up' : 'The last attempt'}
          icon={<IconAlertTriangle aria-hidden />}
        >
          {last_error}
        </Alert>
      )}
      <Paper withBorder p="md">
        <Stack gap="xs">
          <Fact label="Status">
            <DeliveryBadge status={status} />
          </Fact>
          <Fact label="Attempts">{attempts} of at most 3</Fact>
          <Fact label="Sent through">
            <SentThrough delivery={delivery} />
          </Fact>
          <Fact label="Accepted">
            <RelativeTime at={created_at} />
          </Fact>
          {next_attempt_at !== null && (
            <Fact label="Next attempt">
              <RelativeTime at={next_attempt_at} />
            </Fact>
          )}
          {finished_at !== null && (
            <Fact label={status === 'failed' ? 'Given up' : 'Sent'}>
              <RelativeTime at={finished_at} />
            </Fact>
          )}
          {remote_id !== null && <Fact label="Id at the service">{remote_id}</Fact>}
          {children}
        </Stack>
      </Paper>
    </Stack>
  );
}

export function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Group gap="md" align="baseline" wrap="nowrap">
      <Text size="sm" c="dimmed" w={120} style={{ flexShrink: 0 }}>
        {label}
      </Text>
      <Text component="div" size="sm" style={{ overflowWrap: 'anywhere', minWidth: 0 }}>
        {children}
      </Text>
    </Group>
  );
}
