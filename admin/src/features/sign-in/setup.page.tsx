import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import { setupQuery } from '../../api/session';
import { Form } from '../../components/form';
import { hasPlaceFor, issueAt } from '../../components/issues';
import { ProblemAlert } from '../../components/problem-alert';
import { Entrance } from './entrance';
import { NewPasswordInputs, isAccepted } from './new-password';
import { HOME } from './next-target';
import { useOneTimeToken } from './one-time-token';
import { useSignedIn } from './use-signed-in';

/** First run: the link from the server's console makes the first account and organization. */
export function SetupPage() {
  const token = useOneTimeToken();
  const { data: setup } = useQuery(setupQuery);
  if (setup?.required === false)
    return (
      <Entrance title="Already set up">
        <Text size="sm">The first account exists. Ask its owner for one of your own.</Text>
        <Anchor component={Link} to="/login">
          To the sign-in
        </Anchor>
      </Entrance>
    );
  if (token === null)
    return (
      <Entrance title="The link is not complete">
        <Text size="sm">
          Open the whole link that the server printed at its start; it ends with a one-time token. Each start of the
          server prints a new one.
        </Text>
      </Entrance>
    );
  return <SetupForm token={token} />;
}

function SetupForm({ token }: { readonly token: string }) {
  const enter = useSignedIn(HOME);
  const [email, setEmail] = useState('');
  const [organization, setOrganization] = useState('');
  const [password, setPassword] = useState({ password: '', repeated: '' });
  const setUp = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/setup', {
          body: { setup_token: token, email, password: password.password, organization_name: organization },
        }),
      ),
    onSuccess: enter,
  });
  const submit = () => {
    if (isAccepted(password)) setUp.mutate();
  };
  return (
    <Entrance title="Welcome" description="Make the first account. It may manage everything on this server.">
      <Form isBusy={setUp.isPending} onSubmit={submit}>
        <Stack>
          <TextInput
            label="Organization"
            name="organization"
            autoComplete="organization"
            required
            maxLength={255}
            autoFocus
            value={organization}
            error={issueAt(setUp.error, '/organization_name')}
            onChange={(event) => setOrganization(event.currentTarget.value)}
          />
          <TextInput
            label="Email"
            type="email"
            name="username"
            autoComplete="username"
            required
            value={email}
            error={issueAt(setUp.error, '/email')}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <NewPasswordInputs value={password} error={issueAt(setUp.error, '/password')} onChange={setPassword} />
          {!hasPlaceFor(setUp.error, ['/organization_name', '/email', '/password']) && (
            <ProblemAlert error={setUp.error} />
          )}
          <Button type="submit" loading={setUp.isPending}>
            Create the account
          </Button>
        </Stack>
      </Form>
    </Entrance>
  );
}
