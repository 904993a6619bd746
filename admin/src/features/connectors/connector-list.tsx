import { Box, Button, Group, Stack, Title, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconX } from '@tabler/icons-react';
import { useDeferredValue, useEffect } from 'react';
import { categoriesQuery, categoryName } from '../../api/connector-categories';
import { connectorsQuery } from '../../api/connectors';
import { EmptyState } from '../../components/empty-state';
import { issueAt } from '../../components/issues';
import { Pager } from '../../components/pager';
import { ProblemAlert } from '../../components/problem-alert';
import { StaleAlert } from '../../components/stale-alert';
import { ConnectorCards, ConnectorCardsSkeleton } from './connector-cards';
import { ConnectorFilters } from './connector-filters';
import classes from './connectors-list.module.css';
import { ConnectorsTable, ConnectorsTableSkeleton } from './connectors-table';
import { atPage, filterOf, hasFilters, sortOf, withChange, withoutFilters, type ListSearch } from './list-filter';

const route = getRouteApi('/app/settings/integrations/connectors');
const WIDE = '(min-width: 62em)';

/** All connectors of the organization by page, as the address says; one page is all that is ever drawn. */
export function ConnectorList({ canChange }: { readonly canChange: boolean }) {
  const state = useConnectorList();
  const { search, list, go } = state;
  if (isWithoutAny(state))
    return (
      <Stack>
        <StaleAlert query={list} />
        <NoConnectors canChange={canChange} />
      </Stack>
    );
  return (
    <Stack gap="sm" component="section" aria-label="All connectors">
      <Group justify="space-between" mih={30}>
        <Title order={2}>All connectors</Title>
        {hasFilters(search) && <ClearButton onClick={() => go(withoutFilters(search))} />}
      </Group>
      <ConnectorFilters
        search={search}
        onChange={(change, options) => go(withChange(search, change), options?.isTyping)}
      />
      <StaleAlert query={list} />
      {!list.data && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {(list.data ?? !list.isError) && <Rows state={state} canChange={canChange} />}
      <Pager
        cursor={search.cursor}
        nextCursor={list.data?.next_cursor ?? null}
        onChange={(cursor) => go(atPage(search, cursor))}
      />
    </Stack>
  );
}

/** Whether the organization has no connector at all, as far as is known. */
function isWithoutAny({ search, list }: ReturnType<typeof useConnectorList>): boolean {
  if (list.isPlaceholderData || search.cursor !== undefined || hasFilters(search)) return false;
  return list.data?.items.length === 0;
}

function ClearButton({ onClick }: { readonly onClick: () => void }) {
  return (
    <Button size="xs" variant="subtle" leftSection={<IconX size={14} aria-hidden />} onClick={onClick}>
      Clear filters
    </Button>
  );
}

function useConnectorList() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const go = (next: ListSearch, replace = false) => void navigate({ search: next, replace, resetScroll: false });
  const list = useQuery({ ...connectorsQuery(filterOf(search)), placeholderData: keepPreviousData });
  // An old bookmark, or a page of another organization's list: its first page is meant.
  const isLostPage = search.cursor !== undefined && issueAt(list.error, 'cursor') !== undefined;
  useEffect(() => {
    if (isLostPage) void navigate({ search: atPage(search, undefined), replace: true });
  }, [isLostPage, navigate, search]);
  return { search, list, go };
}

interface RowsProps {
  readonly state: ReturnType<typeof useConnectorList>;
  readonly canChange: boolean;
}

function Rows({ state: { search, list, go }, canChange }: RowsProps) {
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const { data: categories } = useQuery(categoriesQuery);
  const order = { sort: sortOf(search), onSort: (sort: string) => go(withChange(search, { sort })) };
  // Drawn in small pieces: a long list must not hold up what the user does meanwhile.
  const connectors = useDeferredValue(list.data?.items, undefined);
  if (!connectors) return isWide ? <ConnectorsTableSkeleton {...order} /> : <ConnectorCardsSkeleton />;
  if (connectors.length === 0) return <NoMatch onClear={() => go(withoutFilters(search))} />;
  const props = { connectors, canChange, categoryOf: (key: string) => categoryName(categories, key) };
  return (
    <Box className={list.isPlaceholderData ? classes.stale : undefined} aria-busy={list.isPlaceholderData}>
      <VisuallyHidden role="status">{`${String(connectors.length)} connectors on this page`}</VisuallyHidden>
      {isWide ? <ConnectorsTable {...props} {...order} /> : <ConnectorCards {...props} />}
    </Box>
  );
}

function NoMatch({ onClear }: { readonly onClear: () => void }) {
  return (
    <Box role="status">
      <EmptyState
        title="No connector matches"
        action={
          <Button variant="default" onClick={onClear}>
            Clear filters
          </Button>
        }
      >
        There are connectors, but none with all that was asked for.
      </EmptyState>
    </Box>
  );
}

function NoConnectors({ canChange }: { readonly canChange: boolean }) {
  return (
    <EmptyState
      title="No connectors yet"
      action={
        <Button renderRoot={(props) => <Link to="/settings/integrations/connectors/catalog" {...props} />}>
          {canChange ? 'Choose from the catalog' : 'See the catalog'}
        </Button>
      }
    >
      {canChange
        ? 'Pick a provider, enter what it asks for, test it, and activate it.'
        : 'An administrator of the organization can add one.'}
    </EmptyState>
  );
}
