import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { chatsQuery, statusOf, type ChatSummary } from '../../api/deliveries';
import { isAdminOf, sessionQuery } from '../../api/session';
import { DataList, type Column } from '../../components/data-list';
import { EmptyState } from '../../components/empty-state';
import { AnchorLink } from '../../components/links';
import { Page } from '../../components/page';
import { useCursorChange } from '../../components/use-cursor';
import { deliveryColumns, UNREADABLE } from '../deliveries/delivery-columns';
import { StatusFilter } from '../deliveries/status-filter';
import { SendMessage } from './send-message';

const route = getRouteApi('/app/messages');

const COLUMNS: readonly Column<ChatSummary>[] = [
  {
    header: 'To',
    cell: ({ id, to, is_unreadable }) => (
      <AnchorLink to="/messages/$id" params={{ id }}>
        {is_unreadable ? UNREADABLE : (to ?? "The connector's own channel")}
      </AnchorLink>
    ),
  },
  ...deliveryColumns(),
];

export function MessagesPage() {
  const { cursor, status: wanted } = route.useSearch();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const organizationId = session.organization_id;
  const status = statusOf(wanted);
  const query = useQuery(
    chatsQuery({ cursor, status, ...(organizationId !== null && { organization_id: organizationId }) }),
  );
  const changeCursor = useCursorChange();
  const [isSending, sending] = useDisclosure(false);
  return (
    <Page
      title="Messages"
      description="What was posted through the default messaging connector."
      actions={isAdminOf(session, organizationId) && <Button onClick={sending.open}>Send a message</Button>}
    >
      <StatusFilter value={status} />
      <DataList
        label="Messages"
        query={query}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={<EmptyState title={status === undefined ? 'No messages yet' : 'No messages with this status'} />}
        cursor={cursor}
        onCursor={changeCursor}
      />
      <SendMessage isOpen={isSending} organizationId={organizationId} onClose={sending.close} />
    </Page>
  );
}
