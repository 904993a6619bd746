import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, answer } from '../../api/client';
import { sessionsQuery, type OwnSession } from '../../api/sessions';
import { DataList, type Column } from '../../components/data-list';
import { EmptyState } from '../../components/empty-state';
import { notifyDone } from '../../components/notify';
import { ProblemAlert } from '../../components/problem-alert';
import { RelativeTime } from '../../components/relative-time';
import { useCursorChange } from '../../components/use-cursor';
import { browserName } from './browser-name';

const route = getRouteApi('/app/settings/sessions');

/** Where the user is signed in, to end what he does not know. */
export function Sessions() {
  const { cursor } = route.useSearch();
  const query = useQuery(sessionsQuery({ cursor }));
  const changeCursor = useCursorChange();
  const { endOne, endOthers } = useEndings();
  return (
    <Stack component="section" gap="sm" aria-labelledby="sessions">
      <Group justify="space-between" gap="sm">
        <Title order={2} id="sessions">
          Where you are signed in
        </Title>
        <Button variant="default" size="sm" loading={endOthers.isPending} onClick={() => endOthers.mutate()}>
          Sign out everywhere else
        </Button>
      </Group>
      <ProblemAlert error={endOne.error ?? endOthers.error} title="The session was not ended" />
      <DataList
        label="Sessions"
        query={query}
        columns={columnsFor((session) => endOne.mutate(session))}
        rowKey={({ id }) => id}
        empty={<EmptyState title="No sessions" />}
        cursor={cursor}
        onCursor={changeCursor}
      />
    </Stack>
  );
}

function useEndings() {
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['sessions'] });
  const endOne = useMutation({
    mutationFn: ({ id }: OwnSession) => answer(api.DELETE('/api/auth/sessions/{id}', { params: { path: { id } } })),
    onSuccess: refresh,
  });
  const endOthers = useMutation({
    mutationFn: () => answer(api.DELETE('/api/auth/sessions')),
    onSuccess: () => {
      notifyDone('The other sessions have ended');
      return refresh();
    },
  });
  return { endOne, endOthers };
}

function columnsFor(onEnd: (session: OwnSession) => void): Column<OwnSession>[] {
  return [
    {
      header: 'Browser',
      cell: ({ user_agent, is_current }) => (
        <Group gap={6}>
          <Text size="sm" title={user_agent ?? undefined}>
            {browserName(user_agent)}
          </Text>
          {is_current && <Badge color="green">This one</Badge>}
        </Group>
      ),
    },
    { header: 'Address', cell: ({ address }) => address ?? 'unknown' },
    { header: 'Last seen', isWhole: true, cell: ({ last_seen_at }) => <RelativeTime at={last_seen_at} /> },
    { header: 'Signed in', isWhole: true, cell: ({ created_at }) => <RelativeTime at={created_at} /> },
    {
      header: 'Actions',
      isWhole: true,
      cell: (session) =>
        session.is_current ? null : (
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`End the session from ${session.address ?? 'an unknown address'}`}
            onClick={() => onEnd(session)}
          >
            End
          </Button>
        ),
    },
  ];
}
