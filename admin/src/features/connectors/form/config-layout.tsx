import { Button, Grid, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconEye, IconFileImport } from '@tabler/icons-react';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Connector, ProviderType } from '../../../api/connectors';
import { sessionQuery } from '../../../api/session';
import { UnsavedGuard } from '../../../components/unsaved-guard';
import { TestPanel } from '../test-panel';
import { ConfigForm } from './config-form';
import { ConflictDialog } from './conflict-dialog';
import { ConnectCard } from './connect-card';
import { ImportDialog } from './import-dialog';
import { RevealDialog, mayReveal } from './reveal-dialog';
import { useConnectorForm, type ConnectorForm } from './use-connector-form';
import { useSave, type Saving } from './use-save';

interface Props {
  readonly type: ProviderType;
  readonly connector: Connector | null;
  /** After a new one was created and nothing more is to be done on this page. */
  readonly onCreated: (connector: Connector) => void;
}

/** The form, and beside it what is done with it: sign in at the provider, test, import. */
export function ConfigLayout({ type, connector, onCreated }: Props) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const form = useConnectorForm(type.config_schema, connector, type.display_name);
  const saving = useSave(form, type, connector?.organization_id ?? session.organization_id);
  const saveAndGo = async () => {
    const saved = await saving.save();
    if (saved !== null && connector === null) onCreated(saved);
  };
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <ConfigForm
          form={form}
          onSave={() => void saveAndGo()}
          isSaving={saving.isSaving}
          error={saving.error}
          refusals={saving.refusals}
        />
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack gap="lg">
          <ConnectCard type={type} form={form} />
          <TestPanel type={type} connector={connector} isDirty={form.isDirty} draft={form.draft} />
          <MoreActions type={type} form={form} saving={saving} isNew={connector === null} onCreated={onCreated} />
        </Stack>
      </Grid.Col>
      <ConflictDialog form={form} saving={saving} />
      <UnsavedGuard isDirty={form.isDirty && !saving.isSaving} />
    </Grid>
  );
}

interface ActionProps {
  readonly type: ProviderType;
  readonly form: ConnectorForm;
  readonly saving: Saving;
  readonly isNew: boolean;
  readonly onCreated: (connector: Connector) => void;
}

function MoreActions({ type, form, saving, isNew, onCreated }: ActionProps) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [open, setOpen] = useState<'import' | 'reveal' | null>(null);
  const { base } = form;
  const closeImport = () => {
    setOpen(null);
    // The preview made a draft of what was new: it is the page to be on.
    if (isNew && base !== null) onCreated(base);
  };
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Title order={2}>Configuration as JSON</Title>
        <Text size="sm" c="dimmed">
          Many providers hand out a file with their values: it can be imported as it is.
        </Text>
        <Group gap="xs">
          <Button
            variant="default"
            leftSection={<IconFileImport size={16} aria-hidden />}
            onClick={() => setOpen('import')}
          >
            Import from JSON
          </Button>
          {!isNew && base !== null && mayReveal(session, base.organization_id) && (
            <Button variant="default" leftSection={<IconEye size={16} aria-hidden />} onClick={() => setOpen('reveal')}>
              Show with secrets
            </Button>
          )}
        </Group>
      </Stack>
      <ImportDialog
        isOpen={open === 'import'}
        schema={type.config_schema}
        firstStep={firstStep(form)}
        prepare={() => (form.base === null || form.isDirty ? saving.save() : Promise.resolve(form.base))}
        onApplied={(connector) => {
          setOpen(null);
          form.load(connector);
          if (isNew) onCreated(connector);
        }}
        onClose={closeImport}
      />
      {base !== null && <RevealDialog connectorId={base.id} isOpen={open === 'reveal'} onClose={() => setOpen(null)} />}
    </Paper>
  );
}

function firstStep({ base, isDirty }: ConnectorForm): string | null {
  if (base === null) return 'For the preview, the connector is created as a draft with what the form holds.';
  return isDirty ? 'For the preview, the changes in the form are saved first.' : null;
}
