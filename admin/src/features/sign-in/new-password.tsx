import { PasswordInput, Stack } from '@mantine/core';

export const MIN_PASSWORD = 12;
const MAX_PASSWORD = 128;

export interface NewPassword {
  readonly password: string;
  readonly repeated: string;
}

interface Props {
  readonly value: NewPassword;
  readonly label?: string;
  readonly error?: string | undefined;
  readonly onChange: (value: NewPassword) => void;
}

/** A new password, typed twice. */
export function NewPasswordInputs({ value, label = 'Password', error, onChange }: Props) {
  const isDifferent = value.repeated !== '' && value.repeated !== value.password;
  return (
    <Stack>
      <PasswordInput
        label={label}
        description={`At least ${String(MIN_PASSWORD)} characters`}
        name="new-password"
        autoComplete="new-password"
        required
        minLength={MIN_PASSWORD}
        maxLength={MAX_PASSWORD}
        value={value.password}
        error={error}
        onChange={(event) => onChange({ ...value, password: event.currentTarget.value })}
      />
      <PasswordInput
        label={`Repeat the ${label.toLowerCase()}`}
        name="repeated-password"
        autoComplete="new-password"
        required
        maxLength={MAX_PASSWORD}
        value={value.repeated}
        error={isDifferent ? 'The two are not the same' : undefined}
        onChange={(event) => onChange({ ...value, repeated: event.currentTarget.value })}
      />
    </Stack>
  );
}

export function isAccepted({ password, repeated }: NewPassword): boolean {
  return password === repeated && password.length >= MIN_PASSWORD;
}
