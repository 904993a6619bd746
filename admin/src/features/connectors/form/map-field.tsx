import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ConfigField } from '../../../api/connectors';
import { fieldHelp } from './field-parts';
import { addRow, removeRow, setKey } from './form-edits';
import type { Row } from './form-values';
import { mapOf } from './form-values';
import { ParamValue } from './param-value';
import type { ConnectorForm } from './use-connector-form';
import classes from './form.module.css';

interface Props {
  readonly form: ConnectorForm;
  readonly field: ConfigField;
}

/** Free names below one prefix, e.g. headers: all of the map's type and secrecy. */
export function MapField({ form, field }: Props) {
  const rows = form.values.rows.filter((row) => row.place === 'map' && mapOf(form.schema, row.key) === field);
  return (
    <Fieldset
      legend={
        <Text span size="sm" fw={500}>
          {field.label}
        </Text>
      }
    >
      <Stack gap="sm">
        {field.help !== undefined && (
          <Text size="xs" c="dimmed">
            {fieldHelp(field)}
          </Text>
        )}
        {rows.map((row, index) => (
          <MapRow key={row.id} form={form} field={field} row={row} place={index + 1} />
        ))}
        <div>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => form.edit(addRow('map', `${field.key}.`))}
          >
            Add to {field.label}
          </Button>
        </div>
      </Stack>
    </Fieldset>
  );
}

function MapRow({ form, field, row, place }: Props & { readonly row: Row; readonly place: number }) {
  const name = row.key.slice(field.key.length + 1);
  const label = name === '' ? `${field.label} ${String(place)}` : name;
  return (
    <Stack gap="xs" className={classes.row}>
      <Group align="flex-start" gap="xs" wrap="nowrap">
        <TextInput
          flex={1}
          label="Name"
          aria-label={`Name of ${label}`}
          value={name}
          readOnly={row.stored !== null}
          autoFocus={row.stored === null && name === ''}
          error={form.issueOf(row).key}
          onBlur={() => form.touch(row.id)}
          onChange={(event) => form.edit(setKey(row.id, `${field.key}.${event.currentTarget.value}`), row.id)}
          autoComplete="off"
          spellCheck={false}
        />
        <ActionIcon
          variant="subtle"
          color="red"
          size="lg"
          mt={24}
          aria-label={`Remove ${label}`}
          onClick={() => form.edit(removeRow(row.id), row.id)}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </Group>
      <ParamValue form={form} row={row} label={label} />
    </Stack>
  );
}
