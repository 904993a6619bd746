import { Checkbox, PasswordInput, Stack, TextInput } from '@mantine/core';
import { issueAt, refusalFor } from '../../components/issues';
import { Memberships, type Membership } from './memberships';

export interface UserValues {
  readonly email: string;
  readonly name: string;
  /** Empty leaves it as it is. */
  readonly password: string;
  readonly is_admin: boolean;
  readonly is_active: boolean;
  readonly memberships: readonly Membership[];
}

interface Props {
  readonly values: UserValues;
  readonly error: unknown;
  readonly isNew: boolean;
  readonly onChange: (values: UserValues) => void;
}

export const USER_POINTERS = ['/email', '/name', '/password'];
export const USER_CODES = ['email_taken'];

export function UserInputs({ values, error, isNew, onChange }: Props) {
  const change = (changes: Partial<UserValues>) => onChange({ ...values, ...changes });
  return (
    <Stack>
      <TextInput
        label="Email"
        type="email"
        required
        maxLength={254}
        autoComplete="off"
        data-autofocus
        value={values.email}
        error={issueAt(error, '/email') ?? refusalFor(error, 'email_taken')}
        onChange={(event) => change({ email: event.currentTarget.value })}
      />
      <TextInput
        label="Name"
        required
        maxLength={255}
        autoComplete="off"
        value={values.name}
        error={issueAt(error, '/name')}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <PasswordInput
        label={isNew ? 'Password' : 'New password'}
        description={
          isNew
            ? 'Without one the user cannot sign in yet'
            : 'Left empty, the password stays; a new one ends the sessions'
        }
        minLength={12}
        maxLength={128}
        autoComplete="new-password"
        value={values.password}
        error={issueAt(error, '/password')}
        onChange={(event) => change({ password: event.currentTarget.value })}
      />
      <Memberships value={values.memberships} onChange={(memberships) => change({ memberships })} />
      <Checkbox
        label="Instance admin"
        description="Manages organizations, users, keys and the egress allow-list"
        checked={values.is_admin}
        onChange={(event) => change({ is_admin: event.currentTarget.checked })}
      />
      <Checkbox
        label="May sign in"
        description="Without it the sessions and tokens of the user end at once"
        checked={values.is_active}
        onChange={(event) => change({ is_active: event.currentTarget.checked })}
      />
    </Stack>
  );
}
