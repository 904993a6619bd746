import { Paper, Skeleton, Stack, Table } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import classes from './data-list.module.css';
import { Pager } from './pager';
import { ProblemAlert } from './problem-alert';
import { StaleAlert } from './stale-alert';

export interface Column<Row> {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers stand to the right. */
  readonly isNumeric?: boolean;
  /** Short values that are never broken into lines: times, states, codes. */
  readonly isWhole?: boolean;
}

interface Page<Row> {
  readonly items: readonly Row[];
  readonly next_cursor: string | null;
}

interface Props<Row> {
  /** What the list is of, for screen readers. */
  readonly label: string;
  readonly query: UseQueryResult<Page<Row>>;
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  /** Shown when there is nothing at all. */
  readonly empty: ReactNode;
  readonly cursor: string | undefined;
  readonly onCursor: (cursor: string | undefined) => void;
}

const SKELETON_ROWS = 5;

/** One page of a list: a table, which stands as cards on a phone; its loading, empty and failed states, and its pager. */
export function DataList<Row>({ label, query, columns, rowKey, empty, cursor, onCursor }: Props<Row>) {
  if (!query.data && query.isError)
    return <ProblemAlert error={query.error} title="The list could not be read" onRetry={() => void query.refetch()} />;
  if (!query.data) return <Waiting />;
  const { items, next_cursor } = query.data;
  if (items.length === 0 && cursor === undefined && !query.isError) return empty;
  return (
    <Stack gap="sm">
      <StaleAlert query={query} />
      <Paper withBorder className={classes.frame}>
        {/* The roles are said once more, since a table that is laid out as cards loses its own. */}
        <Table role="table" aria-label={label} verticalSpacing="sm" horizontalSpacing="md" className={classes.table}>
          <Table.Thead role="rowgroup">
            <Table.Tr role="row">
              {columns.map(({ header, isNumeric }) => (
                <Table.Th key={header} role="columnheader" ta={isNumeric === true ? 'right' : undefined}>
                  {header}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody role="rowgroup">
            {items.map((row) => (
              <Table.Tr key={rowKey(row)} role="row">
                {columns.map(({ header, cell, isNumeric, isWhole }) => (
                  <Table.Td key={header} role="cell" data-label={header} data-numeric={isNumeric} data-whole={isWhole}>
                    {cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Paper>
      <Pager cursor={cursor} nextCursor={next_cursor} onChange={onCursor} />
    </Stack>
  );
}

function Waiting() {
  return (
    <Paper withBorder p="md" aria-busy="true" aria-label="Loading" role="status">
      <Stack>
        {Array.from({ length: SKELETON_ROWS }, (_, index) => (
          <Skeleton key={index} height={28} />
        ))}
      </Stack>
    </Paper>
  );
}
