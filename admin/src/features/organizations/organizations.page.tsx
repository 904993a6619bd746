import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { organizationsQuery, type Organization } from '../../api/people';
import { sessionQuery } from '../../api/session';
import { DataList, type Column } from '../../components/data-list';
import { EmptyState } from '../../components/empty-state';
import { AnchorLink } from '../../components/links';
import { Page } from '../../components/page';
import { RelativeTime } from '../../components/relative-time';
import { useCursorChange } from '../../components/use-cursor';
import { NewOrganization } from './new-organization';

const route = getRouteApi('/app/settings/organizations');

const COLUMNS: readonly Column<Organization>[] = [
  {
    header: 'Name',
    cell: ({ id, name }) => (
      <AnchorLink to="/settings/organizations/$id" params={{ id }}>
        {name}
      </AnchorLink>
    ),
  },
  { header: 'Short name', cell: ({ slug }) => slug },
  { header: 'Created', isWhole: true, cell: ({ created_at }) => <RelativeTime at={created_at} /> },
];

export function OrganizationsPage() {
  const { cursor } = route.useSearch();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const query = useQuery(organizationsQuery({ cursor }));
  const changeCursor = useCursorChange();
  const [isAdding, adding] = useDisclosure(false);
  return (
    <Page
      title="Organizations"
      actions={session.user.is_admin && <Button onClick={adding.open}>New organization</Button>}
    >
      <DataList
        label="Organizations"
        query={query}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={<EmptyState title="No organizations">You are not a member of any.</EmptyState>}
        cursor={cursor}
        onCursor={changeCursor}
      />
      <NewOrganization isOpen={isAdding} onClose={adding.close} />
    </Page>
  );
}
