import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { api, answer } from '../api/client';
import { sessionQuery, type Session } from '../api/session';
import { sessionWatch } from '../api/session-watch';
import { ProblemAlert } from '../components/problem-alert';

/** Asks for the password over the page when the session has ended, so that nothing typed is lost. */
export function SessionDialog({ session }: { readonly session: Session }) {
  return (
    <Modal opened onClose={leave} title="Your session has ended" closeOnClickOutside={false} withCloseButton={false}>
      <SignInAgain email={session.user.email} />
    </Modal>
  );
}

function SignInAgain({ email }: { readonly email: string }) {
  const [password, setPassword] = useState('');
  const queries = useQueryClient();
  const signIn = useMutation({
    mutationFn: () => answer(api.POST('/api/auth/login', { body: { email, password } })),
    onSuccess: (session) => {
      queries.setQueryData(sessionQuery.queryKey, session);
      sessionWatch.resume();
    },
    onSettled: () => setPassword(''),
  });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  return (
    <form onSubmit={submit}>
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
    </form>
  );
}

function leave(): void {
  sessionWatch.end();
  window.location.assign('/login');
}
