import { Alert, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { egressQuery, type EgressPolicy } from '../../api/egress';
import { PageLoading } from '../../app/page-states';
import { Page } from '../../components/page';
import { ProblemAlert } from '../../components/problem-alert';
import { EgressCheck } from './egress-check';
import { EgressEntries } from './egress-entries';

const TITLE = 'Egress allow-list';
const POLICIES: Readonly<Record<EgressPolicy['policy'], string>> = {
  allowlist: 'Connectors reach public addresses, and what is listed here.',
  strict: 'Connectors reach public addresses only. The list is not in force.',
  off: 'Connectors reach everything but what is never allowed. The list is not needed.',
};
const NEVER_ALLOWED: Readonly<Record<EgressPolicy['never_allowed'][number], string>> = {
  cloud_metadata: 'the metadata service of the cloud',
  own_database: "this server's own database",
};

/** Where connectors may connect to besides the public internet. */
export function EgressPage() {
  const { data: egress, error, refetch } = useQuery(egressQuery);
  if (error && !egress)
    return (
      <Page title={TITLE}>
        <ProblemAlert error={error} title="The policy could not be read" onRetry={() => void refetch()} />
      </Page>
    );
  if (!egress) return <PageLoading />;
  return (
    <Page title={TITLE} description={POLICIES[egress.policy]}>
      {egress.policy === 'off' && (
        <Alert color="yellow" title="The policy is off">
          The operator switched the protection off by EDE_EGRESS_POLICY.
        </Alert>
      )}
      <EgressEntries egress={egress} />
      <FromEnvironment entries={egress.environment_entries} />
      <EgressCheck />
      <Text size="sm" c="dimmed">
        Always blocked: {egress.never_allowed.map((kind) => NEVER_ALLOWED[kind]).join(', ')}. A change counts for new
        connections within {egress.in_force_within_ms / 1000} s.
      </Text>
    </Page>
  );
}

function FromEnvironment({ entries }: { readonly entries: readonly string[] }) {
  if (entries.length === 0) return null;
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="environment">
      <Stack gap="xs">
        <Title order={2} id="environment">
          Allowed by the operator
        </Title>
        <Text size="sm" c="dimmed">
          From EDE_EGRESS_ALLOW; changed there only.
        </Text>
        <List size="sm">
          {entries.map((entry) => (
            <List.Item key={entry}>{entry}</List.Item>
          ))}
        </List>
      </Stack>
    </Paper>
  );
}
