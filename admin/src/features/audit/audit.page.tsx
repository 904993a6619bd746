import { Badge, Button, Code, Stack, Text } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import {
  auditExportUrl,
  auditQuery,
  checkAuditExport,
  type AuditEvent,
  type AuditFilter,
  type AuditTrail,
} from '../../api/audit';
import { sessionQuery } from '../../api/session';
import { DataList, type Column } from '../../components/data-list';
import { EmptyState } from '../../components/empty-state';
import { AnchorLink } from '../../components/links';
import { Page } from '../../components/page';
import { RelativeTime } from '../../components/relative-time';
import { useCursorChange } from '../../components/use-cursor';
import { useDownload } from '../../components/use-download';
import { filterOf } from './audit-filter';
import { AuditFilters } from './audit-filters';
import { RESULTS } from './audit-words';
import { VerifyTrail } from './verify-trail';

const route = getRouteApi('/app/settings/audit');

/** Records by their types; one that is not named here is called by its type. */
const RECORDS: Readonly<Record<string, string>> = {
  'auth.token': 'API token',
  'email.message': 'Mail',
  'messaging.message': 'Message',
  'res.organization': 'Organization',
  'res.user': 'User',
  'storage.document': 'Document',
};

const COLUMNS: readonly Column<AuditEvent>[] = [
  { header: 'When', isWhole: true, cell: ({ at }) => <RelativeTime at={at} /> },
  { header: 'What', isWhole: true, cell: ({ action }) => <Code>{action}</Code> },
  {
    header: 'Result',
    isWhole: true,
    cell: ({ result }) => <Badge color={RESULTS[result].color}>{RESULTS[result].label}</Badge>,
  },
  { header: 'Who', cell: (event) => <Actor event={event} /> },
  { header: 'Which', cell: (event) => <Target event={event} /> },
  { header: 'Changed', cell: ({ changed_keys }) => changed_keys.join(', ') },
];

export function AuditPage() {
  const search = route.useSearch();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const filter = filterOf(search, session.organization_id);
  const trail = trailOf(filter);
  const query = useQuery(auditQuery(filter));
  const changeCursor = useCursorChange();
  return (
    <Page
      title="Audit"
      description="Who did what, and what was denied. Values are never recorded."
      actions={<ExportButton filter={filter} />}
    >
      <AuditFilters search={search} trail={trail} canSeeInstance={session.user.is_admin} />
      <VerifyTrail key={JSON.stringify(trail)} trail={trail} />
      <DataList
        label="Audit trail"
        query={query}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={<EmptyState title="Nothing happened that matches" />}
        cursor={search.cursor}
        onCursor={changeCursor}
      />
    </Page>
  );
}

function ExportButton({ filter }: { readonly filter: AuditFilter }) {
  const link = useDownload({
    href: auditExportUrl(filter),
    check: () => checkAuditExport(filter),
    failure: 'The trail cannot be exported',
  });
  return (
    <Button component="a" variant="default" {...link}>
      Export
    </Button>
  );
}

function trailOf({ organization_id, instance }: AuditFilter): AuditTrail {
  return instance === true ? { instance } : { organization_id };
}

function Actor({ event: { user_id, user_email, address, token_id } }: { readonly event: AuditEvent }) {
  return (
    <Stack gap={0} miw={160}>
      <Text size="sm">{user_email ?? nameWithoutEmail(user_id, address)}</Text>
      <Text size="xs" c="dimmed">
        {[address, token_id !== null && 'by API token'].filter(Boolean).join(', ')}
      </Text>
    </Stack>
  );
}

/** What the server does by itself has no address. */
function nameWithoutEmail(userId: string | null, address: string | null): string {
  if (userId !== null) return 'A deleted user';
  return address === null ? 'The system' : 'Nobody signed in';
}

function Target({ event: { record_type, record_id } }: { readonly event: AuditEvent }) {
  if (record_id === null) return null;
  if (record_type !== 'ir.connector')
    return (
      <Text size="sm" miw={100} title={record_id}>
        {RECORDS[record_type ?? ''] ?? record_type}
      </Text>
    );
  return (
    <AnchorLink to="/settings/integrations/connectors/$id" params={{ id: record_id }} search={{ tab: 'history' }}>
      Connector
    </AnchorLink>
  );
}
