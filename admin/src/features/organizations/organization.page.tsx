import { Button, Group, Paper, Stack, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, answer } from '../../api/client';
import { organizationQuery, type Organization } from '../../api/people';
import { isAdminOf, sessionQuery } from '../../api/session';
import { PageLoading } from '../../app/page-states';
import { Form } from '../../components/form';
import { hasPlaceFor } from '../../components/issues';
import { AnchorLink } from '../../components/links';
import { notifyDone } from '../../components/notify';
import { Page } from '../../components/page';
import { ProblemAlert } from '../../components/problem-alert';
import { UnsavedGuard } from '../../components/unsaved-guard';
import { useEdited } from '../../components/use-edited';
import { Members } from './members';
import {
  ORGANIZATION_CODES,
  ORGANIZATION_POINTERS,
  OrganizationInputs,
  type OrganizationValues,
} from './organization-inputs';

const route = getRouteApi('/app/settings/organizations/$id');

export function OrganizationPage() {
  const { id } = route.useParams();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { data: organization, error, refetch } = useQuery(organizationQuery(id));
  const back = <AnchorLink to="/settings/organizations">All organizations</AnchorLink>;
  if (error && !organization)
    return (
      <Page title="Organization" description={back}>
        <ProblemAlert error={error} title="This organization cannot be shown" onRetry={() => void refetch()} />
      </Page>
    );
  if (!organization) return <PageLoading />;
  const isAdmin = isAdminOf(session, id);
  return (
    <Page title={organization.name} description={back}>
      {isAdmin && <OrganizationForm key={organization.id} organization={organization} />}
      <Members organizationId={id} isAdmin={isAdmin} />
    </Page>
  );
}

function OrganizationForm({ organization }: { readonly organization: Organization }) {
  const queries = useQueryClient();
  const { base, values, isDirty, setValues, load } = useEdited(organization, valuesOf);
  const save = useMutation({
    mutationFn: () =>
      answer(
        api.PUT('/api/organizations/{id}', {
          params: { path: { id: organization.id } },
          body: changesOf(values, base),
        }),
      ),
    onSuccess: async (saved) => {
      load(saved);
      queries.setQueryData(organizationQuery(organization.id).queryKey, saved);
      notifyDone('The organization is saved');
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['organizations'] }),
        queries.invalidateQueries({ queryKey: sessionQuery.queryKey }),
      ]);
    },
  });
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="names">
      <Form isBusy={save.isPending} onSubmit={() => save.mutate()}>
        <Stack>
          <Title order={2} id="names">
            Names
          </Title>
          <OrganizationInputs values={values} error={save.error} onChange={setValues} />
          {!hasPlaceFor(save.error, ORGANIZATION_POINTERS, ORGANIZATION_CODES) && <ProblemAlert error={save.error} />}
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

function valuesOf({ name, slug }: Organization): OrganizationValues {
  return { name, slug };
}

function changesOf({ name, slug }: OrganizationValues, base: Organization) {
  return { ...(name !== base.name && { name }), ...(slug !== base.slug && { slug }) };
}
