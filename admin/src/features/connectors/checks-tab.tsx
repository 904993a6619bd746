import { Badge, Skeleton, Stack, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { checksQuery, type Check } from '../../api/connector-history';
import type { Connector } from '../../api/connectors';
import { EmptyState } from '../../components/empty-state';
import { Pager } from '../../components/pager';
import { ProblemAlert } from '../../components/problem-alert';
import { RelativeTime } from '../../components/relative-time';
import { CheckChart } from './check-chart-view';
import { OUTCOMES } from './test-result';
import { stepName } from './test-words';
import { SCROLLED } from './scrolled';
import { useOwnCursor, useTabCursor } from './use-tab-page';

/** The tests of a connector: a picture, and all that is known of each. */
export function ChecksTab({ connector }: { readonly connector: Connector }) {
  const page = useTabCursor();
  const { data, error, refetch } = useQuery({
    ...checksQuery(connector.id, page.cursor),
    placeholderData: keepPreviousData,
  });
  const isForeign = useOwnCursor(error, page);
  if (error && !data && !isForeign) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={320} aria-label="Loading" />;
  if (data.items.length === 0 && page.cursor === undefined)
    return <EmptyState title="Not tested yet">Each test is kept here, the last 200 of them.</EmptyState>;
  return (
    <Stack gap="md">
      <CheckChart checks={data.items} />
      <Table.ScrollContainer minWidth={560} scrollAreaProps={SCROLLED}>
        <Table aria-label="Tests">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={120}>When</Table.Th>
              <Table.Th w={130}>Outcome</Table.Th>
              <Table.Th w={90}>Time</Table.Th>
              <Table.Th>What was found</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((check) => (
              <CheckRow key={check.id} check={check} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Pager cursor={page.cursor} nextCursor={data.next_cursor} onChange={(cursor) => page.go(cursor)} />
    </Stack>
  );
}

function CheckRow({ check }: { readonly check: Check }) {
  const { color, label, icon: OutcomeIcon } = OUTCOMES[check.outcome];
  const red = check.steps.find(({ ok }) => !ok);
  return (
    <Table.Tr>
      <Table.Td>
        <RelativeTime at={check.checked_at} />
      </Table.Td>
      <Table.Td>
        <Badge color={color} leftSection={<OutcomeIcon size={12} aria-hidden />}>
          {label}
        </Badge>
      </Table.Td>
      <Table.Td>{check.latency_ms} ms</Table.Td>
      <Table.Td>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {red && <b>{stepName(red)}: </b>}
          {check.message}
        </Text>
        {red?.hint !== undefined && (
          <Text size="xs" c="dimmed">
            {red.hint}
          </Text>
        )}
        <Notes check={check} />
      </Table.Td>
    </Table.Tr>
  );
}

function Notes({ check }: { readonly check: Check }) {
  const notes = [
    check.deep && 'tried writing too',
    check.stale && 'the settings changed meanwhile, so the result was not kept',
  ].filter(Boolean);
  if (notes.length === 0) return null;
  return (
    <Text size="xs" c="dimmed">
      {notes.join('; ')}
    </Text>
  );
}
