import { useQuery } from '@tanstack/react-query';
import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Alert } from '@mantine/core';
import { PageLoading, PageNotFound } from '../../app/page-states';
import { providerTypesQuery, type Connector, type ProviderType } from '../../api/connectors';
import { isAdminOf, organizationName, sessionQuery } from '../../api/session';
import { Page } from '../../components/page';
import { ProblemAlert } from '../../components/problem-alert';
import { ProviderLogo } from '../../components/provider-logo';
import { ConfigLayout } from './form/config-layout';
import { DocsLink } from './form/field-parts';

const route = getRouteApi('/app/settings/integrations/connectors/new/$category/$providerType');

/** A new connector of one provider; nothing is stored before it is saved. */
export function NewConnectorPage() {
  const { category, providerType } = route.useParams();
  const types = useQuery(providerTypesQuery);
  if (types.isPending) return <PageLoading />;
  if (types.isError)
    return (
      <Page title="New connector">
        <ProblemAlert error={types.error} onRetry={() => void types.refetch()} />
      </Page>
    );
  const type = types.data.find((found) => found.category === category && found.provider_type === providerType);
  return type === undefined ? <PageNotFound /> : <NewConnector type={type} />;
}

function NewConnector({ type }: { readonly type: ProviderType }) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const navigate = useNavigate();
  const onCreated = ({ id }: Connector) =>
    void navigate({
      to: '/settings/integrations/connectors/$id',
      params: { id },
      replace: true,
      // Everything is stored; the form only does not know it yet.
      ignoreBlocker: true,
    });
  const isAllowed = isAdminOf(session, session.organization_id);
  return (
    <Page
      title={`New ${type.display_name} connector`}
      lead={<ProviderLogo name={type.display_name} src={type.logo_url} size={40} />}
      description={
        <>
          {type.description} For {organizationName(session, session.organization_id)}.{' '}
          {type.docs_url !== null && <DocsLink href={type.docs_url} about={type.display_name} />}
        </>
      }
    >
      {isAllowed ? (
        <ConfigLayout type={type} connector={null} onCreated={onCreated} />
      ) : (
        <Alert color="gray">Only an admin of the organization can make connectors.</Alert>
      )}
    </Page>
  );
}
