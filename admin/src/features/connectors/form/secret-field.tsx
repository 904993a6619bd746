import { PasswordInput, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { emptyText, fieldHelp } from './field-parts';
import { inputProps, type FieldProps } from './field-props';
import { setValue } from './form-edits';
import { RETYPE } from './form-issues';
import { FormatButton } from './json-field';
import { isJustOpened, isStoredShown, KeepStored } from './keep-stored';
import { StoredSecret } from './stored-secret';
import classes from './form.module.css';

/** A write-only value: what is stored is never shown; it is kept, replaced or removed. */
export function SecretField(props: FieldProps) {
  const { form, field, row } = props;
  const [isBack, setBack] = useState(false);
  if (isStoredShown(form, row))
    return (
      <StoredSecret
        form={form}
        row={row}
        label={field.label}
        help={fieldHelp(field)}
        isRequired={field.required}
        isFocused={isBack}
      />
    );
  return (
    <Stack gap={4}>
      <SecretInput {...props} />
      <KeepStored form={form} row={row} label={field.label} onKept={() => setBack(true)} />
    </Stack>
  );
}

function SecretInput(props: FieldProps) {
  const { form, field, row } = props;
  const common = {
    ...inputProps(props),
    name: field.key,
    description: fieldHelp(field, form.retyped.includes(row) ? `${RETYPE}.` : undefined),
    value: row.value,
    placeholder: emptyText(field),
    autoComplete: 'new-password',
    spellCheck: false,
    autoFocus: isJustOpened(form, row),
  };
  if (field.type !== 'json' && field.type !== 'multiline') return <PasswordInput {...common} />;
  return (
    <>
      <Textarea {...common} autosize minRows={3} maxRows={12} classNames={{ input: classes.code }} />
      {field.type === 'json' && (
        <FormatButton
          value={row.value}
          label={field.label}
          onFormat={(text) => form.edit(setValue(row.id, text), row.id)}
        />
      )}
    </>
  );
}
