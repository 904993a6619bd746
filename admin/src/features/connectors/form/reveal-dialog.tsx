import { Button, Code, CopyButton, Group, Modal, PasswordInput, ScrollArea, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { api, answer } from '../../../api/client';
import { sessionQuery, type Session } from '../../../api/session';
import { ProblemAlert } from '../../../components/problem-alert';

interface Props {
  readonly connectorId: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Shows the whole config with its secrets, after the password; nothing of it is kept when the dialog closes. */
export function RevealDialog({ connectorId, isOpen, onClose }: Props) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Configuration with secrets" size="lg" keepMounted={false}>
      {isOpen && <Reveal connectorId={connectorId} onClose={onClose} />}
    </Modal>
  );
}

/** Secrets are revealed to admins of the organization; an instance admin must at least be a member. */
export function mayReveal(session: Session, organizationId: string): boolean {
  const role = session.organizations.find(({ id }) => id === organizationId)?.role;
  return role === 'admin' || (role !== undefined && session.user.is_admin);
}

function Reveal({ connectorId, onClose }: { readonly connectorId: string; readonly onClose: () => void }) {
  const { data: session } = useQuery(sessionQuery);
  const [password, setPassword] = useState('');
  const reveal = useMutation({
    // Not a query: the cache of queries outlives the dialog.
    gcTime: 0,
    mutationFn: async () => {
      await answer(api.POST('/api/auth/confirm', { body: { password } }));
      const path = { id: connectorId };
      return answer(api.GET('/api/connectors/{id}/config', { params: { path, query: { reveal: true } } }));
    },
    onSettled: () => setPassword(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reveal.mutate();
  };
  if (reveal.data) return <Revealed text={JSON.stringify(reveal.data.config, null, 2)} onClose={onClose} />;
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">Confirm your password to see the stored secrets. That you looked is recorded.</Text>
        <input type="email" name="username" autoComplete="username" value={session?.user.email ?? ''} readOnly hidden />
        <PasswordInput
          label="Your password"
          name="password"
          autoComplete="current-password"
          data-autofocus
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ProblemAlert error={reveal.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={reveal.isPending}>
            Show
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Revealed({ text, onClose }: { readonly text: string; readonly onClose: () => void }) {
  return (
    <Stack>
      <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': 'Configuration as JSON' }}>
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {text}
        </Code>
      </ScrollArea.Autosize>
      <Group justify="flex-end">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose} autoFocus>
          Close
        </Button>
      </Group>
    </Stack>
  );
}
