import { Code, Group, Skeleton, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { changesQuery, type ConnectorChange } from '../../api/connector-history';
import type { Connector } from '../../api/connectors';
import { isAdminOf, sessionQuery } from '../../api/session';
import { DataList, type Column } from '../../components/data-list';
import { EmptyState } from '../../components/empty-state';
import { RelativeTime } from '../../components/relative-time';
import { actionName, actorName, factLines } from './change-words';
import { useOwnCursor, useTabCursor } from './use-tab-page';

interface Props {
  readonly connector: Connector;
}

const COLUMNS: readonly Column<ConnectorChange>[] = [
  { header: 'When', isWhole: true, cell: ({ at }) => <RelativeTime at={at} /> },
  { header: 'Who', cell: (change) => <Actor change={change} /> },
  { header: 'What', cell: ({ action }) => actionName(action) },
  { header: 'Settings', cell: (change) => <Changed change={change} /> },
];

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
  const query = useQuery({ ...changesQuery(connector.id, page.cursor), placeholderData: keepPreviousData });
  if (useOwnCursor(query.error, page)) return <Skeleton height={320} aria-label="Loading" />;
  return (
    <Stack gap="md">
      <DataList
        label="Changes"
        query={query}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={<EmptyState title="No changes yet" />}
        cursor={page.cursor}
        onCursor={(cursor) => page.go(cursor)}
      />
      <Text size="xs" c="dimmed">
        Names of settings are kept, never their values.
      </Text>
    </Stack>
  );
}

function Actor({ change }: { readonly change: ConnectorChange }) {
  const who = actorName(change);
  return (
    <div>
      {who}
      {change.user_email !== null && change.user_email !== who && (
        <Text size="xs" c="dimmed">
          {change.user_email}
        </Text>
      )}
    </div>
  );
}

function Changed({ change }: { readonly change: ConnectorChange }) {
  const facts = factLines(change.facts);
  if (change.changed_keys.length === 0 && facts.length === 0) return null;
  return (
    <Stack gap={2}>
      <Group gap={4}>
        {change.changed_keys.map((key) => (
          <Code key={key}>{key}</Code>
        ))}
      </Group>
      {facts.length > 0 && (
        <Text size="xs" c="dimmed">
          {facts.join(' · ')}
        </Text>
      )}
    </Stack>
  );
}
