import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import { Form } from '../../components/form';
import { ProblemAlert } from '../../components/problem-alert';
import { Entrance } from './entrance';
import { NewPasswordInputs, isAccepted } from './new-password';
import { HOME } from './next-target';
import { useOneTimeToken } from './one-time-token';
import { useSignedIn } from './use-signed-in';

/** The one-time link of `npm run admin:reset`, or of an administrator. */
export function ResetPage() {
  const token = useOneTimeToken();
  if (token === null)
    return (
      <Entrance title="The link is not complete">
        <Text size="sm">Open the whole link: it ends with a one-time token.</Text>
      </Entrance>
    );
  return <ResetForm token={token} />;
}

function ResetForm({ token }: { readonly token: string }) {
  const enter = useSignedIn(HOME);
  const [password, setPassword] = useState({ password: '', repeated: '' });
  const reset = useMutation({
    mutationFn: () =>
      answer(api.POST('/api/auth/reset', { body: { reset_token: token, password: password.password } })),
    onSuccess: enter,
  });
  const submit = () => {
    if (isAccepted(password)) reset.mutate();
  };
  return (
    <Entrance title="New password" description="It ends the other sessions of this account.">
      <Form isBusy={reset.isPending} onSubmit={submit}>
        <Stack>
          <NewPasswordInputs value={password} onChange={setPassword} />
          <ProblemAlert error={reset.error} />
          <Button type="submit" loading={reset.isPending}>
            Set the password
          </Button>
        </Stack>
      </Form>
    </Entrance>
  );
}
