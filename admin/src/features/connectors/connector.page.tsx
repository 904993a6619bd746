import { Group, Stack, Tabs, Text } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { PageLoading, PageNotFound } from '../../app/page-states';
import { connectorQuery, providerTypesQuery, type Connector, type ProviderType } from '../../api/connectors';
import { ApiError } from '../../api/problem';
import { isAdminOf, organizationName, sessionQuery } from '../../api/session';
import { Page } from '../../components/page';
import { ProblemAlert } from '../../components/problem-alert';
import { ProviderLogo } from '../../components/provider-logo';
import { ChecksTab } from './checks-tab';
import { ConsentResult } from './consent-result';
import { ConfigLayout } from './form/config-layout';
import { ConfigView } from './form/config-view';
import { ConnectorOrganization } from './form/connector-organization';
import { FailureReason } from './failure-reason';
import { HistoryTab } from './history-tab';
import { LifecycleActions } from './lifecycle-actions';
import { StatusBadge } from './status-badge';
import { UsagesTab } from './usages-tab';

const route = getRouteApi('/app/settings/integrations/connectors/$id');

/** One connector: its form, its tests, its history and what uses it. */
export function ConnectorPage() {
  const { id } = route.useParams();
  const connector = useQuery(connectorQuery(id));
  const types = useQuery(providerTypesQuery);
  const failed = [connector, types].find(({ isError, data }) => isError && data === undefined);
  if (failed !== undefined) return <Failed error={failed.error} onRetry={() => void failed.refetch()} />;
  if (connector.data === undefined || types.data === undefined) return <PageLoading />;
  const { category, provider_type } = connector.data;
  const type = types.data.find((found) => found.category === category && found.provider_type === provider_type);
  return <ConnectorView key={id} connector={connector.data} type={type ?? null} />;
}

function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  if (error instanceof ApiError && (error.status === 404 || error.code === 'invalid_id')) return <PageNotFound />;
  return (
    <Page title="Connector">
      <ProblemAlert error={error} onRetry={onRetry} />
    </Page>
  );
}

interface Props {
  readonly connector: Connector;
  /** `null` when this server has no such provider. */
  readonly type: ProviderType | null;
}

function ConnectorView({ connector, type }: Props) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { provider } = connector;
  const isAdmin = isAdminOf(session, connector.organization_id);
  return (
    <ConnectorOrganization value={connector.organization_id}>
      <Page
        title={connector.name}
        lead={<ProviderLogo name={provider.display_name} src={provider.logo_url} size={40} />}
        description={
          <>
            <Group gap="xs">
              <Text span size="sm" style={{ overflowWrap: 'anywhere' }}>
                {provider.display_name}, {organizationName(session, connector.organization_id)}
              </Text>
              <StatusBadge status={connector.status} />
            </Group>
            <FailureReason connector={connector} />
          </>
        }
        actions={isAdmin ? <LifecycleActions connector={connector} /> : undefined}
      >
        <Stack gap="md">
          <ConsentResult providerName={provider.display_name} />
          <ConnectorTabs connector={connector} type={type} isAdmin={isAdmin} />
        </Stack>
      </Page>
    </ConnectorOrganization>
  );
}

const TABS = [
  { value: 'configuration', label: 'Configuration' },
  { value: 'tests', label: 'Tests' },
  { value: 'history', label: 'History' },
  { value: 'usages', label: 'Usages' },
] as const;

function ConnectorTabs({ connector, type, isAdmin }: Props & { readonly isAdmin: boolean }) {
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const open = TABS.find(({ value }) => value === tab)?.value ?? 'configuration';
  return (
    <Tabs
      value={open}
      keepMounted={false}
      onChange={(value) => void navigate({ search: value === 'configuration' || value === null ? {} : { tab: value } })}
    >
      <Tabs.List mb="lg">
        {TABS.map(({ value, label }) => (
          <Tabs.Tab key={value} value={value} px={{ base: 'xs', xs: 'md' }}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {/* Stays while another tab is open: what is typed must not be lost by looking at a test. */}
      <Tabs.Panel value="configuration" keepMounted>
        <Configuration connector={connector} type={type} isAdmin={isAdmin} />
      </Tabs.Panel>
      <Tabs.Panel value="tests">
        <ChecksTab connector={connector} />
      </Tabs.Panel>
      <Tabs.Panel value="history">
        <HistoryTab connector={connector} />
      </Tabs.Panel>
      <Tabs.Panel value="usages">
        <UsagesTab connector={connector} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Configuration({ connector, type, isAdmin }: Props & { readonly isAdmin: boolean }) {
  if (type === null || !connector.provider.available)
    return (
      <ConfigView
        connector={connector}
        schema={[]}
        reason={`This server has no provider “${connector.provider_type}”. What is configured stays stored, and nothing can be changed or tested until the provider is back.`}
      />
    );
  if (!isAdmin)
    return (
      <ConfigView
        connector={connector}
        schema={type.config_schema}
        reason="Only an admin of the organization can change this connector."
      />
    );
  return <ConfigLayout type={type} connector={connector} onCreated={() => undefined} />;
}
