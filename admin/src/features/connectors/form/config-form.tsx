import { Alert, Button, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { IconShieldLock } from '@tabler/icons-react';
import { useHotkeys } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import type { ConfigField } from '../../../api/connectors';
import { Form } from '../../../components/form';
import { ProblemAlert } from '../../../components/problem-alert';
import { FieldInput } from './field-input';
import { setName } from './form-edits';
import { isShown } from './form-values';
import { MapField } from './map-field';
import { MoreParams } from './more-params';
import type { ConnectorForm } from './use-connector-form';
import classes from './form.module.css';

interface Props {
  readonly form: ConnectorForm;
  readonly onSave: () => void;
  readonly isSaving: boolean;
  /** A refusal that has no field of its own. */
  readonly error: unknown;
  /** Rises with each save that was refused: then the first error gets the focus. */
  readonly refusals: number;
}

const FIRST_ERROR = ':is(input, textarea)[aria-invalid="true"]';

/** The form that the provider's schema draws. */
export function ConfigForm({ form, onSave, isSaving, error, refusals }: Props) {
  const place = useRef<HTMLFormElement>(null);
  useHotkeys([['mod+S', onSave]], []);
  useEffect(() => {
    // Once the form is open again.
    if (refusals > 0 && !isSaving) place.current?.querySelector<HTMLElement>(FIRST_ERROR)?.focus();
  }, [refusals, isSaving]);
  return (
    <Form
      ref={place}
      className={classes.form}
      isBusy={isSaving}
      onSubmit={onSave}
      noValidate
      autoComplete="off"
      aria-label="Configuration"
    >
      <Stack gap="lg">
        <Paper withBorder p="md">
          <Stack>
            <TextInput
              label="Name"
              description="How people here call it; any name will do."
              withAsterisk
              aria-required
              value={form.values.name}
              error={form.nameError}
              onBlur={() => form.touch('name')}
              onChange={(event) => form.edit(setName(event.currentTarget.value))}
              autoComplete="off"
            />
            {form.schema.map((field) => (
              <SchemaField key={field.key} form={form} field={field} />
            ))}
            <RetypeNotice form={form} />
          </Stack>
        </Paper>
        <Paper withBorder p="md">
          <MoreParams form={form} />
        </Paper>
        <ProblemAlert error={error} title="It could not be saved" />
        <SaveBar form={form} isSaving={isSaving} />
      </Stack>
    </Form>
  );
}

function SchemaField({ form, field }: { readonly form: ConnectorForm; readonly field: ConfigField }) {
  if (field.type === 'map')
    return isShown(form.schema, form.values, field) ? <MapField form={form} field={field} /> : null;
  const row = form.values.rows.find(({ place, key }) => place === 'field' && key === field.key);
  if (row === undefined) return null;
  // A hidden secret still goes along with the others when the address changes.
  if (!isShown(form.schema, form.values, field) && !form.retyped.includes(row)) return null;
  return <FieldInput form={form} field={field} row={row} />;
}

/** Says at once what the server would refuse: secrets stay with the address that they were entered for. */
function RetypeNotice({ form }: { readonly form: ConnectorForm }) {
  if (form.retyped.length === 0) return null;
  const labels = form.retyped.map(({ key }) => form.schema.find((field) => field.key === key)?.label ?? key);
  return (
    <Alert color="yellow" icon={<IconShieldLock aria-hidden />} title="The address changes" role="status">
      <Text size="sm">
        A stored secret goes only to the address that it was entered for. Type it again to save: {labels.join(', ')}.
      </Text>
    </Alert>
  );
}

function SaveBar({ form, isSaving }: { readonly form: ConnectorForm; readonly isSaving: boolean }) {
  const isNew = form.base === null;
  const unsaved = form.isDirty ? 'Changes are not saved yet.' : '';
  return (
    <Group className={classes.actions} justify="space-between" gap="sm">
      <Text size="sm" c="dimmed" role="status">
        {form.isUploading ? 'A file is still on its way. Save once it is here.' : unsaved}
      </Text>
      <Group gap="xs">
        {form.isDirty && !isNew && (
          <Button variant="default" disabled={isSaving} onClick={() => form.load(form.base)}>
            Discard changes
          </Button>
        )}
        <Button
          type="submit"
          loading={isSaving}
          disabled={form.isUploading || (!isNew && !form.isDirty)}
          title="Ctrl+S or ⌘S"
        >
          {isNew ? 'Create connector' : 'Save'}
        </Button>
      </Group>
    </Group>
  );
}
