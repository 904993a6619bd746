import type { ConfigField } from '../../../api/connectors';
import { fieldHelp } from './field-parts';
import { setValue } from './form-edits';
import type { Row } from './form-values';
import type { ConnectorForm } from './use-connector-form';

export interface FieldProps {
  readonly form: ConnectorForm;
  readonly field: ConfigField;
  readonly row: Row;
}

/** What every input of a row has in common. */
export function inputProps({ form, field, row }: FieldProps) {
  return {
    label: field.label,
    description: fieldHelp(field),
    error: form.issueOf(row).value,
    // Mantine says it of most inputs, but not of those for passwords.
    'aria-invalid': form.issueOf(row).value !== undefined,
    withAsterisk: field.required,
    'aria-required': field.required,
    onBlur: () => form.touch(row.id),
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      form.edit(setValue(row.id, event.currentTarget.value), row.id),
  };
}
