import { Alert, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { keysQuery, type Keys, type OwnerKeys } from '../../api/keys';
import { DataList, type Column } from '../../components/data-list';
import { EmptyState } from '../../components/empty-state';
import { Page } from '../../components/page';
import { RelativeTime } from '../../components/relative-time';
import { useCursorChange } from '../../components/use-cursor';
import { masterMoveOf } from './master-move';
import { Rotations } from './rotations';

const route = getRouteApi('/app/settings/keys');

const PROVIDERS: Readonly<Record<Keys['provider'], string>> = {
  environment: 'The master key comes from EDE_MASTER_KEY.',
  file: 'The master key lies in a file beside the data directory: back it up, apart from the database.',
  vault: 'The master key stays in a key service.',
};

const COLUMNS: readonly Column<OwnerKeys>[] = [
  {
    header: 'Whose',
    cell: ({ organization_id, organization_name }) =>
      organization_id === null ? 'The instance' : (organization_name ?? organization_id),
  },
  { header: 'Key since', isWhole: true, cell: ({ keys }) => <RelativeTime at={currentOf(keys)?.created_at ?? null} /> },
  { header: 'Replaced keys', isNumeric: true, cell: ({ keys }) => keys.filter((key) => !key.is_current).length },
];

/** Which keys protect the secrets, and their renewal. Never a key. */
export function KeysPage() {
  const { cursor } = route.useSearch();
  const query = useQuery(keysQuery({ cursor }));
  const changeCursor = useCursorChange();
  return (
    <Page title="Encryption keys" description={query.data && PROVIDERS[query.data.provider]}>
      {query.data && <Warnings keys={query.data} />}
      <Rotations masterMove={query.data ? masterMoveOf(query.data) : null} />
      <Stack component="section" gap="sm" aria-labelledby="data-keys">
        <Title order={2} id="data-keys">
          Data keys
        </Title>
        <Text size="sm" c="dimmed">
          Each organization has one of its own, wrapped by the master key.
        </Text>
        <DataList
          label="Data keys"
          query={query}
          columns={COLUMNS}
          rowKey={({ organization_id }) => organization_id ?? 'instance'}
          empty={<EmptyState title="No data keys" />}
          cursor={cursor}
          onCursor={changeCursor}
        />
      </Stack>
    </Page>
  );
}

function Warnings({ keys }: { readonly keys: Keys }) {
  const { is_sealed, sealed_reason, organizations_without_key } = keys;
  return (
    <>
      {is_sealed && (
        <Alert color="red" title="The server is sealed">
          {sealed_reason ?? 'It cannot use the keys.'}
        </Alert>
      )}
      {organizations_without_key > 0 && (
        <Alert color="red" title="Keys were lost">
          {organizations_without_key} organizations have no data key: restore the table of keys from a backup.
        </Alert>
      )}
    </>
  );
}

function currentOf(keys: OwnerKeys['keys']) {
  return keys.find((key) => key.is_current);
}
