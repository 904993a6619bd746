import { List, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { usagesQuery } from '../../api/connector-history';
import type { Connector } from '../../api/connectors';
import { EmptyState } from '../../components/empty-state';
import { ProblemAlert } from '../../components/problem-alert';
import { usageSentence } from './usage-words';

/** What would be lost, or would fail, without this connector. */
export function UsagesTab({ connector }: { readonly connector: Connector }) {
  const { data, error, refetch } = useQuery(usagesQuery(connector.id));
  if (error && !data) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={120} aria-label="Loading" />;
  if (data.length === 0)
    return <EmptyState title="Nothing uses it">It can be deleted without anything being lost.</EmptyState>;
  return (
    <Stack gap="sm">
      <List>
        {data.map((usage) => (
          <List.Item key={usage.kind}>{usageSentence(usage)}</List.Item>
        ))}
      </List>
      <Text size="sm" c="dimmed">
        While something uses it, it cannot be deleted. It can be deactivated: documents stay readable.
      </Text>
    </Stack>
  );
}
