import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import { setupQuery } from '../../api/session';
import { Form } from '../../components/form';
import { ProblemAlert } from '../../components/problem-alert';
import { Entrance } from './entrance';
import { nextTarget } from './next-target';
import { useSignedIn } from './use-signed-in';

const route = getRouteApi('/login');

export function LoginPage() {
  const { data: setup } = useQuery(setupQuery);
  if (setup?.required === true) return <SetupNeeded />;
  return (
    <Entrance title="Sign in">
      <LoginForm />
    </Entrance>
  );
}

function LoginForm() {
  const { next } = route.useSearch();
  const enter = useSignedIn(nextTarget(next));
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const login = useMutation({
    mutationFn: () => answer(api.POST('/api/auth/login', { body: { email, password } })),
    onSuccess: enter,
    onError: () => setPassword(''),
  });
  return (
    <Form isBusy={login.isPending} onSubmit={() => login.mutate()}>
      <Stack>
        <TextInput
          label="Email"
          type="email"
          name="username"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ProblemAlert error={login.error} title="You could not be signed in" />
        <Button type="submit" loading={login.isPending}>
          Sign in
        </Button>
      </Stack>
    </Form>
  );
}

function SetupNeeded() {
  return (
    <Entrance title="Not set up yet">
      <Text size="sm">
        Nobody has an account here yet. The server prints a one-time link at its start: open that link to make the first
        account. Each start prints a new one.
      </Text>
    </Entrance>
  );
}
