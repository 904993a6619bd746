import { ActionIcon, Button, Checkbox, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { addRow, moveRow, removeRow, setKey, setSecret } from './form-edits';
import { isSecretRow, type Row } from './form-values';
import { ParamValue } from './param-value';
import type { ConnectorForm } from './use-connector-form';
import classes from './form.module.css';

/** Params that the provider does not declare, e.g. from an import: rows with key, value, secrecy and order. */
export function MoreParams({ form }: { readonly form: ConnectorForm }) {
  const rows = form.values.rows.filter(({ place }) => place === 'free');
  return (
    <Stack gap="sm">
      <div>
        <Title order={2}>Further params</Title>
        <Text size="sm" c="dimmed">
          What the provider does not ask for by itself. Dots in a key make nested values, e.g. proxy.host.
        </Text>
      </div>
      {rows.length > 0 && (
        <Stack component="ol" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
          {rows.map((row, index) => (
            <ParamRow key={row.id} form={form} row={row} index={index} count={rows.length} />
          ))}
        </Stack>
      )}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => form.edit(addRow('free', ''))}
        >
          Add a param
        </Button>
      </div>
    </Stack>
  );
}

interface RowProps {
  readonly form: ConnectorForm;
  readonly row: Row;
  readonly index: number;
  readonly count: number;
}

function ParamRow(props: RowProps) {
  const { form, row, index } = props;
  const label = row.key === '' ? `param ${String(index + 1)}` : row.key;
  const isFile = row.stored?.value_type === 'file';
  return (
    <Stack component="li" gap="xs" className={classes.row}>
      <Group align="flex-start" gap="xs" wrap="nowrap">
        <TextInput
          flex={1}
          miw={0}
          label="Key"
          aria-label={`Key of ${label}`}
          value={row.key}
          readOnly={row.stored !== null}
          autoFocus={row.stored === null && row.key === ''}
          error={form.issueOf(row).key}
          onBlur={() => form.touch(row.id)}
          onChange={(event) => form.edit(setKey(row.id, event.currentTarget.value), row.id)}
          autoComplete="off"
          spellCheck={false}
        />
        <RowButtons {...props} label={label} />
      </Group>
      <ParamValue form={form} row={row} label={label} />
      <Checkbox
        label="Secret"
        aria-label={`${label} is a secret`}
        description={isFile ? 'A file is always a secret.' : undefined}
        disabled={isFile}
        checked={isSecretRow(form.schema, row)}
        onChange={(event) => form.edit(setSecret(row.id, event.currentTarget.checked), row.id)}
      />
    </Stack>
  );
}

function RowButtons({ form, row, index, count, label }: RowProps & { readonly label: string }) {
  return (
    <Group gap={2} wrap="nowrap" mt={24}>
      <ActionIcon
        variant="subtle"
        size="lg"
        aria-label={`Move ${label} up`}
        disabled={index === 0}
        onClick={() => form.edit(moveRow(row.id, -1), row.id)}
      >
        <IconArrowUp size={16} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        size="lg"
        aria-label={`Move ${label} down`}
        disabled={index === count - 1}
        onClick={() => form.edit(moveRow(row.id, 1), row.id)}
      >
        <IconArrowDown size={16} />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="red"
        size="lg"
        aria-label={`Remove ${label}`}
        onClick={() => form.edit(removeRow(row.id), row.id)}
      >
        <IconTrash size={16} />
      </ActionIcon>
    </Group>
  );
}
