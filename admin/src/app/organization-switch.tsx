import { Select, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { api, answer } from '../api/client';
import { sessionQuery, type Session } from '../api/session';
import { mayLeave } from '../components/leave-question';
import { notifyFailed } from '../components/notify';
import { sentenceOf } from '../components/problem-alert';

/** The organization that pages show and records are made in. */
export function OrganizationSwitch({ session }: { readonly session: Session }) {
  const queries = useQueryClient();
  const router = useRouter();
  const choose = useMutation({
    mutationFn: (id: string) => answer(api.PUT('/api/auth/session', { body: { organization_id: id } })),
    onSuccess: async (changed) => {
      queries.setQueryData(sessionQuery.queryKey, changed);
      // Whether to leave was asked before the change.
      await router.navigate({ to: '/', ignoreBlocker: true });
      await queries.invalidateQueries();
    },
    onError: (error) => notifyFailed('The organization was not changed', sentenceOf(error)),
  });
  const ask = async (id: string) => {
    if (await mayLeave()) choose.mutate(id);
  };
  const [only] = session.organizations;
  if (session.organizations.length < 2)
    return (
      <Text size="sm" c="dimmed" truncate maw={180} visibleFrom="xs">
        {only?.name ?? 'No organization'}
      </Text>
    );
  return (
    <Select
      aria-label="Organization"
      w={{ base: 130, xs: 200 }}
      allowDeselect={false}
      data={session.organizations.map(({ id, name }) => ({ value: id, label: name }))}
      value={session.organization_id}
      disabled={choose.isPending}
      onChange={(id) => {
        if (id !== null && id !== session.organization_id) void ask(id);
      }}
    />
  );
}
