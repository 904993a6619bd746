import { Button, Paper, Stack, Text, Title } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import { api, answer } from '../../../api/client';
import type { Connector, ProviderType } from '../../../api/connectors';
import { CopyField } from '../../../components/copy-field';
import { ProblemAlert } from '../../../components/problem-alert';
import type { ConnectorForm } from './use-connector-form';

interface Props {
  readonly type: ProviderType;
  readonly form: ConnectorForm;
}

/** Consent at the provider's page: the address to register there, and the way there. */
export function ConnectCard({ type, form }: Props) {
  const reasonId = useId();
  const authorize = useMutation({
    mutationFn: (id: string) => answer(api.POST('/api/connectors/{id}/oauth/authorize', { params: { path: { id } } })),
    onSuccess: ({ authorization_url }) => window.location.assign(authorization_url),
  });
  if (type.oauth === null) return null;
  const obstacle = obstacleOf(type, form);
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Title order={2}>Sign in at {type.display_name}</Title>
        <CopyField
          label="Redirect URI"
          description={`Register exactly this address at ${type.display_name}.`}
          value={type.oauth.redirect_uri}
        />
        <Button
          leftSection={<IconExternalLink size={16} aria-hidden />}
          disabled={obstacle !== null}
          loading={authorize.isPending || authorize.isSuccess}
          aria-describedby={obstacle === null ? undefined : reasonId}
          onClick={() => {
            if (form.base !== null) authorize.mutate(form.base.id);
          }}
        >
          Connect with {type.display_name}
        </Button>
        {obstacle !== null && (
          <Text id={reasonId} size="sm" c="dimmed">
            {obstacle}
          </Text>
        )}
        <ProblemAlert error={authorize.error} />
      </Stack>
    </Paper>
  );
}

/** @returns why a consent cannot start yet. */
function obstacleOf(type: ProviderType, { base, isDirty, schema }: ConnectorForm): string | null {
  if (base === null) return 'Create the connector first; its values are used for the sign-in.';
  if (isDirty) return 'Save your changes first.';
  const missing = (type.oauth?.required_keys ?? []).filter((key) => !isSet(base, key));
  if (missing.length === 0) return null;
  const labels = missing.map((key) => schema.find((field) => field.key === key)?.label ?? key);
  return `Fill in and save first: ${labels.join(', ')}.`;
}

function isSet({ param_ids }: Connector, key: string): boolean {
  const param = param_ids.find((candidate) => candidate.key === key);
  return param?.is_set === true && (param.is_secret || (param.value ?? '') !== '');
}
