import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, answer } from '../api/client';
import { sessionQuery, type Session } from '../api/session';
import { sessionWatch } from '../api/session-watch';
import { Form } from '../components/form';
import { ProblemAlert } from '../components/problem-alert';

/** Asks for the password over the page when the session has ended, so that nothing typed is lost. */
export function SessionDialog({ session }: { readonly session: Session }) {
  return (
    <Modal
      opened
      onClose={leave}
      title="Your session has ended"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <SignInAgain session={session} />
    </Modal>
  );
}

function SignInAgain({ session: before }: { readonly session: Session }) {
  const { email } = before.user;
  const [password, setPassword] = useState('');
  const queries = useQueryClient();
  const signIn = useMutation({
    mutationFn: async () => backIn(before, await answer(api.POST('/api/auth/login', { body: { email, password } }))),
    onSuccess: (session) => {
      // Nothing that is shown or typed here may go to another organization.
      if (session.organization_id !== before.organization_id) {
        leaveTo('/');
        return;
      }
      queries.setQueryData(sessionQuery.queryKey, session);
      sessionWatch.resume();
    },
    onSettled: () => setPassword(''),
  });
  return (
    <Form isBusy={signIn.isPending} onSubmit={() => signIn.mutate()}>
      <Stack>
        <Text size="sm">Sign in again as {email}. What you were doing goes on where it was.</Text>
        <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ProblemAlert error={signIn.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={leave}>
            Leave this page
          </Button>
          <Button type="submit" loading={signIn.isPending}>
            Sign in
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

/** A new session begins in the first organization of its user; work goes on in the one that it was in. */
async function backIn(before: Session, session: Session): Promise<Session> {
  const { organization_id } = before;
  const isMember = session.organizations.some(({ id }) => id === organization_id);
  if (organization_id === null || organization_id === session.organization_id || !isMember) return session;
  return answer(api.PUT('/api/auth/session', { body: { organization_id } }));
}

function leave(): void {
  const { pathname, search } = window.location;
  leaveTo(`/login?next=${encodeURIComponent(pathname + search)}`);
}

function leaveTo(address: string): void {
  sessionWatch.end();
  window.location.assign(address);
}
