import { PasswordInput, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { setValue } from './form-edits';
import { RETYPE } from './form-issues';
import { isSecretRow, type Row } from './form-values';
import { isJustOpened, isStoredShown, KeepStored } from './keep-stored';
import { StoredSecret } from './stored-secret';
import type { ConnectorForm } from './use-connector-form';

interface Props {
  readonly form: ConnectorForm;
  readonly row: Row;
  readonly label: string;
}

/** The value of a param that no field declares. */
export function ParamValue(props: Props) {
  const { form, row } = props;
  if (row.stored?.value_type === 'file' && row.mode !== 'set') return <StoredFile {...props} />;
  if (isSecretRow(form.schema, row)) return <SecretValue {...props} />;
  return <Textarea {...valueProps(props)} autosize minRows={1} maxRows={8} autoComplete="off" />;
}

function valueProps({ form, row, label }: Props) {
  const { value: error } = form.issueOf(row);
  return {
    label: 'Value',
    'aria-label': `Value of ${label}`,
    value: row.value,
    error,
    'aria-invalid': error !== undefined,
    spellCheck: false,
    onBlur: () => form.touch(row.id),
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      form.edit(setValue(row.id, event.currentTarget.value), row.id),
  };
}

function SecretValue(props: Props) {
  const { form, row, label } = props;
  const [isBack, setBack] = useState(false);
  if (isStoredShown(form, row))
    return <StoredSecret form={form} row={row} label={`Value of ${label}`} isFocused={isBack} isClearable={false} />;
  return (
    <Stack gap={4}>
      <PasswordInput
        {...valueProps(props)}
        description={form.retyped.includes(row) ? `${RETYPE}.` : undefined}
        autoComplete="new-password"
        autoFocus={isJustOpened(form, row)}
      />
      <KeepStored form={form} row={row} label={label} onKept={() => setBack(true)} />
    </Stack>
  );
}

function StoredFile({ form, row, label }: Props) {
  if (row.stored?.is_set === true)
    return <StoredSecret form={form} row={row} label={`File of ${label}`} what="File set" isClearable={false} />;
  return (
    <Text size="sm" c="dimmed">
      The file that was here is deleted.
    </Text>
  );
}
