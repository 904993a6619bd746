import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api, answer } from '../api/client';
import { Form } from './form';
import { wrongPassword } from './issues';
import { ProblemAlert } from './problem-alert';

interface Props {
  readonly isOpen: boolean;
  readonly email: string;
  /** The session is confirmed for five minutes: what asked for it can be done now. */
  readonly onConfirmed: () => void;
  readonly onClose: () => void;
}

/** Asks for the password before something that a stolen session must not do. */
export function ConfirmPassword({ isOpen, email, onConfirmed, onClose }: Props) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Confirm that it is you">
      {isOpen && <ConfirmForm email={email} onConfirmed={onConfirmed} />}
    </Modal>
  );
}

interface FormProps extends Pick<Props, 'email' | 'onConfirmed'> {
  readonly submitLabel?: string;
  /** Whether what was asked for is being done. */
  readonly isBusy?: boolean;
  /** Why it failed after the password was right. */
  readonly error?: unknown;
  /** What is asked, in place of the usual sentence. */
  readonly children?: ReactNode;
}

/** The same inside another dialog. */
export function ConfirmForm(props: FormProps) {
  const { email, onConfirmed, submitLabel = 'Confirm', isBusy = false, error, children } = props;
  const [password, setPassword] = useState('');
  const confirm = useMutation({
    mutationFn: () => answer(api.POST('/api/auth/confirm', { body: { password } })),
    onSuccess: onConfirmed,
    onSettled: () => setPassword(''),
  });
  return (
    <Form isBusy={confirm.isPending || isBusy} onSubmit={() => confirm.mutate()}>
      <Stack>
        <Text size="sm">{children ?? `Type the password of ${email}.`}</Text>
        <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          data-autofocus
          value={password}
          error={wrongPassword(confirm.error)}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <ProblemAlert error={wrongPassword(confirm.error) ? null : (confirm.error ?? error)} />
        <Group justify="flex-end">
          <Button type="submit" loading={confirm.isPending || isBusy}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
