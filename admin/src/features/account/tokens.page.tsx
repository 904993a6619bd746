import { Badge, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import { organizationName, sessionQuery, type Session } from '../../api/session';
import { tokensQuery, type ApiToken } from '../../api/tokens';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { DataList, type Column } from '../../components/data-list';
import { EmptyState } from '../../components/empty-state';
import { notifyDone } from '../../components/notify';
import { Page } from '../../components/page';
import { RelativeTime } from '../../components/relative-time';
import { useCursorChange } from '../../components/use-cursor';
import { NewToken } from './new-token';

const route = getRouteApi('/app/settings/tokens');

export function TokensPage() {
  const { cursor } = route.useSearch();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const query = useQuery(tokensQuery({ cursor }));
  const changeCursor = useCursorChange();
  const [isAdding, adding] = useDisclosure(false);
  const [toRevoke, setToRevoke] = useState<ApiToken | null>(null);
  return (
    <Page
      title="API tokens"
      description="Programs use them instead of your password. A token never may more than you."
      actions={<Button onClick={adding.open}>New token</Button>}
    >
      <DataList
        label="API tokens"
        query={query}
        columns={columnsFor(session, setToRevoke)}
        rowKey={({ id }) => id}
        empty={<EmptyState title="No tokens yet">Programs that call the API need one.</EmptyState>}
        cursor={cursor}
        onCursor={changeCursor}
      />
      <NewToken isOpen={isAdding} session={session} onClose={adding.close} />
      <RevokeToken token={toRevoke} onClose={() => setToRevoke(null)} />
    </Page>
  );
}

function columnsFor(session: Session, onRevoke: (token: ApiToken) => void): Column<ApiToken>[] {
  return [
    { header: 'Name', cell: ({ name }) => name },
    {
      header: 'May',
      cell: ({ scopes }) => (
        <Group gap={4}>
          {scopes.map((scope) => (
            <Badge key={scope} color="gray">
              {scope}
            </Badge>
          ))}
        </Group>
      ),
    },
    { header: 'Organization', cell: ({ organization_id }) => organizationName(session, organization_id) },
    { header: 'Last used', isWhole: true, cell: ({ last_used_at }) => <RelativeTime at={last_used_at} /> },
    { header: 'Expires', isWhole: true, cell: ({ expires_at }) => <RelativeTime at={expires_at} /> },
    {
      header: 'Actions',
      isWhole: true,
      cell: (token) => (
        <Button size="compact-sm" variant="default" aria-label={`Revoke ${token.name}`} onClick={() => onRevoke(token)}>
          Revoke
        </Button>
      ),
    },
  ];
}

function RevokeToken({ token, onClose }: { readonly token: ApiToken | null; readonly onClose: () => void }) {
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: ({ id }: ApiToken) => answer(api.DELETE('/api/auth/tokens/{id}', { params: { path: { id } } })),
    onSuccess: async (_, { name }) => {
      notifyDone(`${name} is revoked`);
      onClose();
      await queries.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  return (
    <ConfirmDialog
      isOpen={token !== null}
      title="Revoke this token?"
      confirmLabel="Revoke"
      isDanger
      isBusy={revoke.isPending}
      error={revoke.error}
      onClose={() => {
        revoke.reset();
        onClose();
      }}
      onConfirm={() => {
        if (token) revoke.mutate(token);
      }}
    >
      <Text size="sm">Programs that use {token?.name} are refused from now on.</Text>
    </ConfirmDialog>
  );
}
