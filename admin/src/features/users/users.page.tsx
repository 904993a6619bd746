import { Badge, Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { usersQuery, type User } from '../../api/people';
import { DataList, type Column } from '../../components/data-list';
import { EmptyState } from '../../components/empty-state';
import { AnchorLink } from '../../components/links';
import { Page } from '../../components/page';
import { RelativeTime } from '../../components/relative-time';
import { useCursorChange } from '../../components/use-cursor';
import { NewUser } from './new-user';
import { NoSignInBadge } from './no-sign-in-badge';

const route = getRouteApi('/app/settings/users');

const COLUMNS: readonly Column<User>[] = [
  {
    header: 'Email',
    cell: ({ id, email }) => (
      <AnchorLink to="/settings/users/$id" params={{ id }}>
        {email}
      </AnchorLink>
    ),
  },
  { header: 'Name', cell: ({ name }) => name },
  {
    header: 'State',
    isWhole: true,
    cell: ({ is_active, is_admin, has_password }) => (
      <Group gap={4}>
        {is_admin && <Badge>Instance admin</Badge>}
        {!is_active && <NoSignInBadge />}
        {!has_password && <Badge color="gray">No password yet</Badge>}
      </Group>
    ),
  },
  { header: 'Organizations', isNumeric: true, cell: ({ memberships }) => memberships.length },
  { header: 'Created', isWhole: true, cell: ({ created_at }) => <RelativeTime at={created_at} /> },
];

export function UsersPage() {
  const { cursor } = route.useSearch();
  const query = useQuery(usersQuery({ cursor }));
  const changeCursor = useCursorChange();
  const [isAdding, adding] = useDisclosure(false);
  return (
    <Page title="Users" actions={<Button onClick={adding.open}>New user</Button>}>
      <DataList
        label="Users"
        query={query}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={<EmptyState title="No users" />}
        cursor={cursor}
        onCursor={changeCursor}
      />
      <NewUser isOpen={isAdding} onClose={adding.close} />
    </Page>
  );
}
