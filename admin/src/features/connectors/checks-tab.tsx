import { Badge, Skeleton, Stack, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { checksQuery, type Check } from '../../api/connector-history';
import type { Connector } from '../../api/connectors';
import { DataList, type Column } from '../../components/data-list';
import { EmptyState } from '../../components/empty-state';
import { RelativeTime } from '../../components/relative-time';
import { CheckChart } from './check-chart-view';
import { OUTCOMES } from './test-result';
import { stepName } from './test-words';
import { useOwnCursor, useTabCursor } from './use-tab-page';

const COLUMNS: readonly Column<Check>[] = [
  { header: 'When', isWhole: true, cell: ({ checked_at }) => <RelativeTime at={checked_at} /> },
  { header: 'Outcome', isWhole: true, cell: ({ outcome }) => <OutcomeBadge outcome={outcome} /> },
  { header: 'Time', isNumeric: true, cell: ({ latency_ms }) => `${String(latency_ms)} ms` },
  { header: 'What was found', cell: (check) => <Found check={check} /> },
];

/** The tests of a connector: a picture, and all that is known of each. */
export function ChecksTab({ connector }: { readonly connector: Connector }) {
  const page = useTabCursor();
  const query = useQuery({ ...checksQuery(connector.id, page.cursor), placeholderData: keepPreviousData });
  if (useOwnCursor(query.error, page)) return <Skeleton height={320} aria-label="Loading" />;
  const { items = [] } = query.data ?? {};
  return (
    <Stack gap="md">
      {items.length > 0 && <CheckChart checks={items} />}
      <DataList
        label="Tests"
        query={query}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={<EmptyState title="Not tested yet">Each test is kept here, the last 200 of them.</EmptyState>}
        cursor={page.cursor}
        onCursor={(cursor) => page.go(cursor)}
      />
    </Stack>
  );
}

function OutcomeBadge({ outcome }: Pick<Check, 'outcome'>) {
  const { color, label, icon: OutcomeIcon } = OUTCOMES[outcome];
  return (
    <Badge color={color} leftSection={<OutcomeIcon size={12} aria-hidden />}>
      {label}
    </Badge>
  );
}

function Found({ check }: { readonly check: Check }) {
  const red = check.steps.find(({ ok }) => !ok);
  return (
    <div>
      <Text size="sm">
        {red && <b>{stepName(red)}: </b>}
        {check.message}
      </Text>
      {red?.hint !== undefined && (
        <Text size="xs" c="dimmed">
          {red.hint}
        </Text>
      )}
      <Notes check={check} />
    </div>
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
