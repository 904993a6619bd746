import { Select, Switch, TextInput, Textarea } from '@mantine/core';
import { emptyText, fieldHelp } from './field-parts';
import { inputProps, type FieldProps } from './field-props';
import { FileField } from './file-field';
import { setValue } from './form-edits';
import { isSecretRow } from './form-values';
import { JsonField } from './json-field';
import { SecretField } from './secret-field';
import classes from './form.module.css';

/** One declared field, by its type. */
export function FieldInput(props: FieldProps) {
  const { form, field, row } = props;
  if (field.type === 'file') return <FileField {...props} />;
  if (isSecretRow(form.schema, row)) return <SecretField {...props} />;
  if (field.type === 'boolean' && field.default !== undefined) return <SwitchField {...props} />;
  if (field.type === 'boolean' || field.type === 'choice') return <ChoiceField {...props} />;
  if (field.type === 'json') return <JsonField {...props} />;
  if (field.type === 'multiline') return <MultilineField {...props} />;
  return <LineField {...props} />;
}

const INPUT_MODES = { number: 'decimal', url: 'url' } as const;

function LineField(props: FieldProps) {
  const { field, row } = props;
  return (
    <TextInput
      {...inputProps(props)}
      name={field.key}
      value={row.value}
      placeholder={emptyText(field)}
      inputMode={field.type === 'number' || field.type === 'url' ? INPUT_MODES[field.type] : undefined}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

function MultilineField(props: FieldProps) {
  const { field, row } = props;
  return (
    <Textarea
      {...inputProps(props)}
      name={field.key}
      value={row.value}
      placeholder={emptyText(field)}
      autosize
      minRows={3}
      maxRows={16}
      spellCheck={false}
      classNames={{ input: classes.code }}
    />
  );
}

/** On or off; what the provider takes when nothing is chosen shows as such. */
function SwitchField({ form, field, row }: FieldProps) {
  const isDefault = row.value === '';
  return (
    <Switch
      label={field.label}
      description={fieldHelp(field, isDefault ? `Default: ${field.default === true ? 'on' : 'off'}.` : undefined)}
      error={form.issueOf(row).value}
      name={field.key}
      checked={isDefault ? field.default === true : row.value === 'true'}
      onChange={(event) => form.edit(setValue(row.id, String(event.currentTarget.checked)), row.id)}
    />
  );
}

const YES_NO = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
];

function ChoiceField(props: FieldProps) {
  const { form, field, row } = props;
  const { onChange: _onChange, ...common } = inputProps(props);
  return (
    <Select
      {...common}
      name={field.key}
      data={field.type === 'boolean' ? YES_NO : (field.choices ?? [])}
      value={row.value === '' ? null : row.value}
      placeholder={emptyText(field) ?? 'Choose'}
      clearable
      clearButtonProps={{ 'aria-label': `Clear ${field.label}` }}
      onChange={(value) => form.edit(setValue(row.id, value ?? ''), row.id)}
    />
  );
}
