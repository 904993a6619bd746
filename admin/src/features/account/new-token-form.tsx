import { Button, Checkbox, Group, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import { ApiError } from '../../api/problem';
import type { Session } from '../../api/session';
import type { TokenScope } from '../../api/tokens';
import { ConfirmPassword } from '../../components/confirm-password';
import { Form } from '../../components/form';
import { hasPlaceFor, issueAt } from '../../components/issues';
import { ProblemAlert } from '../../components/problem-alert';

const SCOPES: readonly { value: TokenScope; label: string; description: string }[] = [
  { value: 'read', label: 'Read', description: 'See what you see, secrets left out' },
  { value: 'write', label: 'Write', description: 'Change connectors and documents' },
  { value: 'send', label: 'Send', description: 'Send mail and messages' },
  { value: 'admin', label: 'Administer', description: 'Manage organizations and users, as far as you may' },
  {
    value: 'secrets:read',
    label: 'Read secrets',
    description: 'Get the full config of connectors; asks for your password',
  },
];
const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'One year' },
  { value: '', label: 'Never' },
];
const DAY_MS = 24 * 60 * 60 * 1000;

export function NewTokenForm({
  session,
  onCreated,
}: {
  readonly session: Session;
  readonly onCreated: (token: string) => void;
}) {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<TokenScope[]>(['read']);
  const [days, setDays] = useState<string>('90');
  const create = useMutation({
    mutationFn: () => answer(api.POST('/api/auth/tokens', { body: { name, scopes, expires_at: expiryAfter(days) } })),
    onSuccess: async ({ token }) => {
      onCreated(token);
      await queries.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  const needsPassword = create.error instanceof ApiError && create.error.code === 'confirmation_required';
  return (
    <>
      <Form isBusy={create.isPending} onSubmit={() => create.mutate()}>
        <Stack>
          <TextInput
            label="Name"
            description="What uses it, so that you know later"
            required
            maxLength={255}
            data-autofocus
            value={name}
            error={issueAt(create.error, '/name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox.Group label="May" value={scopes} onChange={(chosen) => setScopes(chosen)}>
            <Stack gap="xs" mt="xs">
              {SCOPES.map(({ value, label, description }) => (
                <Checkbox key={value} value={value} label={label} description={description} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Select
            label="Expires"
            allowDeselect={false}
            data={LIFETIMES}
            value={days}
            onChange={(value) => setDays(value ?? '')}
          />
          {!needsPassword && !hasPlaceFor(create.error, ['/name']) && <ProblemAlert error={create.error} />}
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending} disabled={scopes.length === 0}>
              Create
            </Button>
          </Group>
        </Stack>
      </Form>
      <ConfirmPassword
        isOpen={needsPassword}
        email={session.user.email}
        onConfirmed={() => create.mutate()}
        onClose={() => create.reset()}
      />
    </>
  );
}

function expiryAfter(days: string): string | null {
  return days === '' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString();
}
