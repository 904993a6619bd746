import { Button, Group, Paper, PasswordInput, Stack, Title } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import { sessionQuery } from '../../api/session';
import { Form } from '../../components/form';
import { hasPlaceFor, issueAt, WRONG_PASSWORD, wrongPassword } from '../../components/issues';
import { notifyDone } from '../../components/notify';
import { ProblemAlert } from '../../components/problem-alert';
import { NewPasswordInputs, isAccepted } from '../sign-in/new-password';

const EMPTY = { current: '', next: { password: '', repeated: '' } };

export function ChangePassword() {
  const queries = useQueryClient();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [values, setValues] = useState(EMPTY);
  const change = useMutation({
    mutationFn: () =>
      answer(api.POST('/api/auth/password', { body: { current: values.current, new: values.next.password } })),
    onSuccess: async () => {
      setValues(EMPTY);
      notifyDone('The password is changed; your other sessions have ended');
      await queries.invalidateQueries({ queryKey: ['sessions'] });
    },
  });
  const submit = () => {
    if (isAccepted(values.next)) change.mutate();
  };
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="password">
      <Form isBusy={change.isPending} onSubmit={submit}>
        <Stack maw={420}>
          <Title order={2} id="password">
            Change the password
          </Title>
          <input type="email" name="username" autoComplete="username" value={session.user.email} readOnly hidden />
          <PasswordInput
            label="Current password"
            autoComplete="current-password"
            required
            value={values.current}
            error={issueAt(change.error, '/current') ?? wrongPassword(change.error)}
            onChange={(event) => setValues({ ...values, current: event.currentTarget.value })}
          />
          <NewPasswordInputs
            label="New password"
            value={values.next}
            error={issueAt(change.error, '/new')}
            onChange={(next) => setValues({ ...values, next })}
          />
          {!hasPlaceFor(change.error, ['/current', '/new'], [WRONG_PASSWORD]) && <ProblemAlert error={change.error} />}
          <Group>
            <Button type="submit" loading={change.isPending}>
              Change the password
            </Button>
          </Group>
        </Stack>
      </Form>
    </Paper>
  );
}
