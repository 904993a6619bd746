import { Badge, Box, Group, Skeleton, Table, Text, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconArrowsSort, IconCheck, IconMinus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Connector } from '../../api/connectors';
import { ProviderLogo } from '../../components/provider-logo';
import { RelativeTime } from '../../components/relative-time';
import { ConnectorLink } from '../../components/connector-link';
import classes from './connectors-list.module.css';
import { DefaultStar } from './default-star';
import { FailureLine } from './failure-reason';
import { StatusBadge } from './status-badge';
import { activityOf } from './status-words';

export interface ListProps {
  readonly connectors: readonly Connector[];
  readonly categoryOf: (key: string) => string;
  readonly canChange: boolean;
}

interface SortProps {
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

/** The list on a wide window. */
export function ConnectorsTable({ connectors, categoryOf, canChange, ...order }: ListProps & SortProps) {
  return (
    <TableFrame {...order}>
      {connectors.map((connector) => (
        <Table.Tr key={connector.id} className={classes.row}>
          <Table.Td>
            <DefaultStar connector={connector} category={categoryOf(connector.category)} canChange={canChange} />
          </Table.Td>
          <Table.Td>
            <Group gap="sm" wrap="nowrap">
              <ProviderLogo name={connector.provider.display_name} src={connector.provider.logo_url} />
              <Box miw={0} flex={1}>
                <ConnectorLink id={connector.id} name={connector.name} fw={550} />
                {connector.is_routing && <InUse />}
                <FailureLine connector={connector} />
              </Box>
            </Group>
          </Table.Td>
          <Table.Td>{categoryOf(connector.category)}</Table.Td>
          <Table.Td>
            <ProviderName provider={connector.provider} />
          </Table.Td>
          <Table.Td>
            <StatusBadge status={connector.status} />
          </Table.Td>
          <Table.Td>
            <RelativeTime at={connector.last_tested_at} />
          </Table.Td>
          <Table.Td>
            <Activity connector={connector} />
          </Table.Td>
        </Table.Tr>
      ))}
    </TableFrame>
  );
}

/** Rows of the final height while the first answer is on its way. */
export function ConnectorsTableSkeleton({ rows = 8, ...order }: { readonly rows?: number } & SortProps) {
  return (
    <TableFrame {...order}>
      {Array.from({ length: rows }, (_, row) => (
        <Table.Tr key={row} className={classes.row}>
          <Table.Td colSpan={7}>
            <Skeleton height={24} />
          </Table.Td>
        </Table.Tr>
      ))}
    </TableFrame>
  );
}

function TableFrame({ sort, onSort, children }: SortProps & { readonly children: ReactNode }) {
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table verticalSpacing={0} highlightOnHover layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={52}>
              <span className={classes.hidden}>Default</span>
            </Table.Th>
            <SortableTh name="Name" by="name" first="name" sort={sort} onSort={onSort} />
            <Table.Th w={110}>Category</Table.Th>
            <Table.Th w={170}>Provider</Table.Th>
            <Table.Th w={120}>Status</Table.Th>
            <SortableTh
              name="Last tested"
              by="last_tested_at"
              first="-last_tested_at"
              w={140}
              sort={sort}
              onSort={onSort}
            />
            <Table.Th w={98}>Active</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface SortableProps extends SortProps {
  readonly name: string;
  readonly by: string;
  /** The order of the first click; the next one turns it round. */
  readonly first: string;
  readonly w?: number;
}

function SortableTh({ name, by, first, w, sort, onSort }: SortableProps) {
  const isHere = sort === by || sort === `-${by}`;
  const isDescending = sort.startsWith('-');
  const turned = isDescending ? by : `-${by}`;
  const Arrow = isDescending ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th w={w} aria-sort={isHere ? (isDescending ? 'descending' : 'ascending') : 'none'}>
      <UnstyledButton fz="inherit" className={classes.sort} onClick={() => onSort(isHere ? turned : first)}>
        {name}
        {isHere ? <Arrow size={14} aria-hidden /> : <IconArrowsSort size={14} aria-hidden opacity={0.5} />}
      </UnstyledButton>
    </Table.Th>
  );
}

export function InUse() {
  return (
    <Badge size="sm" variant="outline" ml={8} style={{ verticalAlign: 'middle' }}>
      In use
    </Badge>
  );
}

export function ProviderName({ provider }: { readonly provider: Connector['provider'] }) {
  return (
    <Text size="sm" component="span" style={{ overflowWrap: 'anywhere' }}>
      {provider.display_name}
      {!provider.available && (
        <Text size="xs" c="dimmed" component="span" display="block">
          not on this server
        </Text>
      )}
    </Text>
  );
}

function Activity({ connector }: { readonly connector: Connector }) {
  const Icon = connector.is_enabled ? IconCheck : IconMinus;
  return (
    <Group gap={4} wrap="nowrap" c={connector.is_enabled ? undefined : 'dimmed'}>
      <Icon size={16} aria-hidden />
      {activityOf(connector)}
    </Group>
  );
}
