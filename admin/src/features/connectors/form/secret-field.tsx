import { Button, PasswordInput, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { FieldProps } from './field-input';
import { inputProps } from './field-input';
import { emptyText, fieldHelp } from './field-parts';
import { keepStored, setValue } from './form-edits';
import { FormatButton } from './json-field';
import { RETYPE } from './form-issues';
import { StoredSecret } from './stored-secret';
import classes from './form.module.css';

/** A write-only value: what is stored is never shown; it is kept, replaced or removed. */
export function SecretField(props: FieldProps) {
  const { form, field, row } = props;
  const [isBack, setBack] = useState(false);
  const isRetyped = form.retyped.includes(row);
  if (row.stored?.is_set === true && row.mode !== 'set' && !isRetyped)
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
      <SecretInput {...props} isRetyped={isRetyped} />
      {row.stored?.is_set === true && !isRetyped && (
        <div>
          <Button
            variant="subtle"
            size="compact-xs"
            aria-label={`Keep the stored value of ${field.label}`}
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

function SecretInput(props: FieldProps & { readonly isRetyped: boolean }) {
  const { form, field, row, isRetyped } = props;
  const common = {
    ...inputProps(props),
    description: fieldHelp(field, isRetyped ? `${RETYPE}.` : undefined),
    value: row.value,
    placeholder: emptyText(field),
    autoComplete: 'new-password',
    spellCheck: false,
    // Opened by Replace: the button that had the focus is gone.
    autoFocus: row.stored?.is_set === true && row.mode === 'set' && row.value === '' && !isRetyped,
  };
  if (field.type !== 'json' && field.type !== 'multiline') return <PasswordInput {...common} name={field.key} />;
  return (
    <>
      <Textarea {...common} name={field.key} autosize minRows={3} maxRows={12} classNames={{ input: classes.code }} />
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
