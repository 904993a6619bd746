import { Button, Group, Paper, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, answer } from '../../api/client';
import { refreshIfOwn } from '../../api/own-account';
import { userQuery, type User } from '../../api/people';
import { PageLoading } from '../../app/page-states';
import { Form } from '../../components/form';
import { hasPlaceFor } from '../../components/issues';
import { AnchorLink } from '../../components/links';
import { notifyDone } from '../../components/notify';
import { Page } from '../../components/page';
import { ProblemAlert } from '../../components/problem-alert';
import { UnsavedGuard } from '../../components/unsaved-guard';
import { useEdited } from '../../components/use-edited';
import { USER_CODES, USER_POINTERS, UserInputs, type UserValues } from './user-inputs';

const route = getRouteApi('/app/settings/users/$id');

export function UserPage() {
  const { id } = route.useParams();
  const { data: user, error, refetch } = useQuery(userQuery(id));
  const back = <AnchorLink to="/settings/users">All users</AnchorLink>;
  if (error && !user)
    return (
      <Page title="User" description={back}>
        <ProblemAlert error={error} title="This user cannot be shown" onRetry={() => void refetch()} />
      </Page>
    );
  if (!user) return <PageLoading />;
  return (
    <Page title={user.email} description={back}>
      <UserForm key={user.id} user={user} />
    </Page>
  );
}

function UserForm({ user }: { readonly user: User }) {
  const queries = useQueryClient();
  const { base, values, isDirty, setValues, load } = useEdited(user, valuesOf);
  const save = useMutation({
    mutationFn: () =>
      answer(api.PUT('/api/users/{id}', { params: { path: { id: user.id } }, body: changesOf(values, base) })),
    onSuccess: async (saved) => {
      notifyDone(`${saved.email} is saved`);
      load(saved);
      queries.setQueryData(userQuery(user.id).queryKey, saved);
      await queries.invalidateQueries({ queryKey: ['users', 'list'] });
      await refreshIfOwn(queries, user.id);
    },
  });
  return (
    <Paper withBorder p="md">
      <Form isBusy={save.isPending} onSubmit={() => save.mutate()}>
        <Stack>
          <UserInputs values={values} error={save.error} isNew={false} onChange={setValues} />
          {!hasPlaceFor(save.error, USER_POINTERS, USER_CODES) && <ProblemAlert error={save.error} />}
          <Group justify="flex-end">
            <Button type="submit" disabled={!isDirty} loading={save.isPending}>
              Save
            </Button>
          </Group>
        </Stack>
      </Form>
      <UnsavedGuard isDirty={isDirty && !save.isPending} />
    </Paper>
  );
}

function valuesOf({ email, name, is_admin, is_active, memberships }: User): UserValues {
  return { email, name, password: '', is_admin, is_active, memberships };
}

/** Only what was changed: the list of memberships ends those that are missing, a colleague's new ones too. */
function changesOf(values: UserValues, base: User) {
  const { email, name, is_admin, is_active, password, memberships } = values;
  return {
    ...(email !== base.email && { email }),
    ...(name !== base.name && { name }),
    ...(is_admin !== base.is_admin && { is_admin }),
    ...(is_active !== base.is_active && { is_active }),
    ...(JSON.stringify(memberships) !== JSON.stringify(base.memberships) && { memberships: [...memberships] }),
    ...(password !== '' && { password }),
  };
}
