import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { mailsQuery, statusOf, type MailSummary } from '../../api/deliveries';
import { isAdminOf, sessionQuery } from '../../api/session';
import { DataList, type Column } from '../../components/data-list';
import { EmptyState } from '../../components/empty-state';
import { AnchorLink } from '../../components/links';
import { Page } from '../../components/page';
import { useCursorChange } from '../../components/use-cursor';
import { deliveryColumns, UNREADABLE } from '../deliveries/delivery-columns';
import { StatusFilter } from '../deliveries/status-filter';
import { SendMail } from './send-mail';

const route = getRouteApi('/app/mail');

const COLUMNS: readonly Column<MailSummary>[] = [
  {
    header: 'Subject',
    cell: ({ id, subject, is_unreadable }) => (
      <AnchorLink to="/mail/$id" params={{ id }}>
        {is_unreadable ? UNREADABLE : subject || 'No subject'}
      </AnchorLink>
    ),
  },
  { header: 'To', cell: ({ to }) => to.join(', ') },
  ...deliveryColumns(),
];

export function MailPage() {
  const { cursor, status: wanted } = route.useSearch();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const organizationId = session.organization_id;
  const status = statusOf(wanted);
  const query = useQuery(
    mailsQuery({ cursor, status, ...(organizationId !== null && { organization_id: organizationId }) }),
  );
  const changeCursor = useCursorChange();
  const [isSending, sending] = useDisclosure(false);
  return (
    <Page
      title="Mail"
      description="What left through the default email connector, or the built-in SMTP transport."
      actions={isAdminOf(session, organizationId) && <Button onClick={sending.open}>Send a mail</Button>}
    >
      <StatusFilter value={status} />
      <DataList
        label="Mail"
        query={query}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={<EmptyState title={status === undefined ? 'No mail yet' : 'No mail with this status'} />}
        cursor={cursor}
        onCursor={changeCursor}
      />
      <SendMail isOpen={isSending} organizationId={organizationId} onClose={sending.close} />
    </Page>
  );
}
