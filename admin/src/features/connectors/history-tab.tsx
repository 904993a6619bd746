import { Code, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { changesQuery, type ConnectorChange } from '../../api/connector-history';
import type { Connector } from '../../api/connectors';
import { isAdminOf, sessionQuery } from '../../api/session';
import { EmptyState } from '../../components/empty-state';
import { Pager } from '../../components/pager';
import { ProblemAlert } from '../../components/problem-alert';
import { RelativeTime } from '../../components/relative-time';
import { actionName, actorName, factLines } from './change-words';
import { SCROLLED } from './scrolled';
import { useOwnCursor, useTabCursor } from './use-tab-page';

interface Props {
  readonly connector: Connector;
}

/** Who changed which settings, and when; for administrators. */
export function HistoryTab({ connector }: Props) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  if (isAdminOf(session, connector.organization_id)) return <Changes connector={connector} />;
  return (
    <EmptyState title="For administrators">Who changed what is shown to administrators of the organization.</EmptyState>
  );
}

function Changes({ connector }: Props) {
  const page = useTabCursor();
  const { data, error, refetch } = useQuery({
    ...changesQuery(connector.id, page.cursor),
    placeholderData: keepPreviousData,
  });
  const isForeign = useOwnCursor(error, page);
  if (error && !data && !isForeign) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={320} aria-label="Loading" />;
  return (
    <Stack gap="md">
      <Table.ScrollContainer minWidth={600} scrollAreaProps={SCROLLED}>
        <Table aria-label="Changes">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={120}>When</Table.Th>
              <Table.Th w={200}>Who</Table.Th>
              <Table.Th w={170}>What</Table.Th>
              <Table.Th>Settings</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((change) => (
              <ChangeRow key={change.id} change={change} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Text size="xs" c="dimmed">
        Names of settings are kept, never their values.
      </Text>
      <Pager cursor={page.cursor} nextCursor={data.next_cursor} onChange={(cursor) => page.go(cursor)} />
    </Stack>
  );
}

function ChangeRow({ change }: { readonly change: ConnectorChange }) {
  const who = actorName(change);
  const facts = factLines(change.facts);
  return (
    <Table.Tr>
      <Table.Td>
        <RelativeTime at={change.at} />
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {who}
        {change.user_email !== null && change.user_email !== who && (
          <Text size="xs" c="dimmed">
            {change.user_email}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{actionName(change.action)}</Table.Td>
      <Table.Td>
        <Group gap={4}>
          {change.changed_keys.map((key) => (
            <Code key={key} style={{ overflowWrap: 'anywhere' }}>
              {key}
            </Code>
          ))}
        </Group>
        {facts.length > 0 && (
          <Text size="xs" c="dimmed">
            {facts.join(' · ')}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
