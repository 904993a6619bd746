import { Button, Group, Stack, Textarea } from '@mantine/core';
import { inputProps, type FieldProps } from './field-props';
import { isJson } from './field-rules';
import { setValue } from './form-edits';
import classes from './form.module.css';

/** JSON text; formatting changes blanks only, and only on demand: the exact text is what is stored. */
export function JsonField(props: FieldProps) {
  const { form, field, row } = props;
  return (
    <Stack gap={4}>
      <Textarea
        {...inputProps(props)}
        name={field.key}
        value={row.value}
        placeholder={'{ … }'}
        autosize
        minRows={3}
        maxRows={16}
        autoComplete="off"
        spellCheck={false}
        classNames={{ input: classes.code }}
      />
      <FormatButton
        value={row.value}
        onFormat={(text) => form.edit(setValue(row.id, text), row.id)}
        label={field.label}
      />
    </Stack>
  );
}

interface ButtonProps {
  readonly value: string;
  readonly label: string;
  readonly onFormat: (text: string) => void;
}

export function FormatButton({ value, label, onFormat }: ButtonProps) {
  if (value.trim() === '' || !isJson(value)) return null;
  return (
    <Group justify="flex-end">
      <Button
        variant="subtle"
        size="compact-xs"
        aria-label={`Format ${label}`}
        onClick={() => onFormat(JSON.stringify(JSON.parse(value), null, 2))}
      >
        Format
      </Button>
    </Group>
  );
}
