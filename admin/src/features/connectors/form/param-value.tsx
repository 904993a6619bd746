import { Button, PasswordInput, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { keepStored, setValue } from './form-edits';
import { RETYPE } from './form-issues';
import { isSecretRow, type Row } from './form-values';
import { StoredSecret } from './stored-secret';
import type { ConnectorForm } from './use-connector-form';

interface Props {
  readonly form: ConnectorForm;
  readonly row: Row;
  readonly label: string;
}

/** The value of a param that no field declares. */
export function ParamValue({ form, row, label }: Props) {
  const [isBack, setBack] = useState(false);
  const isStored = row.stored?.is_set === true;
  const isSecret = isSecretRow(form.schema, row);
  const isRetyped = form.retyped.includes(row);
  if (row.stored?.value_type === 'file' && row.mode !== 'set')
    return <StoredFile form={form} row={row} label={label} />;
  if (isSecret && isStored && row.mode !== 'set' && !isRetyped)
    return <StoredSecret form={form} row={row} label={`Value of ${label}`} isFocused={isBack} isClearable={false} />;
  const common = {
    label: 'Value',
    'aria-label': `Value of ${label}`,
    value: row.value,
    error: form.issueOf(row).value,
    'aria-invalid': form.issueOf(row).value !== undefined,
    spellCheck: false,
    onBlur: () => form.touch(row.id),
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      form.edit(setValue(row.id, event.currentTarget.value), row.id),
  };
  if (!isSecret) return <Textarea {...common} autosize minRows={1} maxRows={8} autoComplete="off" />;
  return (
    <Stack gap={4}>
      <PasswordInput
        {...common}
        description={isRetyped ? `${RETYPE}.` : undefined}
        autoComplete="new-password"
        autoFocus={isStored && !isRetyped && row.value === ''}
      />
      {isStored && !isRetyped && (
        <div>
          <Button
            variant="subtle"
            size="compact-xs"
            aria-label={`Keep the stored value of ${label}`}
            onClick={() => {
              setBack(true);
              form.edit(keepStored(row.id), row.id);
            }}
          >
            Keep the stored value
          </Button>
        </div>
      )}
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
