import { Stack, TextInput } from '@mantine/core';
import { issueAt, refusalFor } from '../../components/issues';

export interface OrganizationValues {
  readonly name: string;
  readonly slug: string;
}

interface Props {
  readonly values: OrganizationValues;
  readonly error: unknown;
  /** A new organization may go without a short name. */
  readonly isNew?: boolean;
  readonly isReadOnly?: boolean;
  readonly onChange: (values: OrganizationValues) => void;
}

export const ORGANIZATION_POINTERS = ['/name', '/slug'];
export const ORGANIZATION_CODES = ['slug_taken'];

export function OrganizationInputs({ values, error, isNew = false, isReadOnly = false, onChange }: Props) {
  return (
    <Stack>
      <TextInput
        label="Name"
        required
        maxLength={255}
        readOnly={isReadOnly}
        data-autofocus
        value={values.name}
        error={issueAt(error, '/name')}
        onChange={(event) => onChange({ ...values, name: event.currentTarget.value })}
      />
      <TextInput
        label="Short name"
        description={`Lower case letters, digits and hyphens${isNew ? '; made from the name when it is left empty' : ''}`}
        required={!isNew}
        maxLength={63}
        pattern="[a-z0-9]+(-[a-z0-9]+)*"
        readOnly={isReadOnly}
        value={values.slug}
        error={issueAt(error, '/slug') ?? refusalFor(error, 'slug_taken')}
        onChange={(event) => onChange({ ...values, slug: event.currentTarget.value })}
      />
    </Stack>
  );
}
