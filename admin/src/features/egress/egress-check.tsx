import { Alert, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import type { EgressDecision } from '../../api/egress';
import { Form } from '../../components/form';
import { hasPlaceFor, issueAt } from '../../components/issues';
import { ProblemAlert } from '../../components/problem-alert';

/** Tells what the policy says of an address, without a connection to it. */
export function EgressCheck() {
  const [url, setUrl] = useState('');
  const check = useMutation({ mutationFn: () => answer(api.POST('/api/egress/check', { body: { url } })) });
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="check">
      <Form isBusy={check.isPending} onSubmit={() => check.mutate()}>
        <Stack gap="sm">
          <Title order={2} id="check">
            May a connector reach it?
          </Title>
          <Group align="flex-end" gap="sm">
            <TextInput
              label="URL"
              type="url"
              placeholder="https://minio.internal:9000/"
              required
              flex="1 1 260px"
              value={url}
              error={issueAt(check.error, '/url')}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" loading={check.isPending}>
              Check
            </Button>
          </Group>
          {!hasPlaceFor(check.error, ['/url']) && <ProblemAlert error={check.error} />}
          <div role="status">{check.data && <Verdict decision={check.data} />}</div>
        </Stack>
      </Form>
    </Paper>
  );
}

function Verdict({ decision }: { readonly decision: EgressDecision }) {
  const { is_allowed, message, addresses } = decision;
  return (
    <Alert color={is_allowed ? 'green' : 'red'} title={is_allowed ? 'Allowed' : 'Blocked'}>
      <Text size="sm">{message}</Text>
      {addresses.length > 0 && (
        <Text size="sm" c="dimmed">
          {addresses.map(({ address }) => address).join(', ')}
        </Text>
      )}
    </Alert>
  );
}
