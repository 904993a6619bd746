import { Alert, Button, Group, Modal, Radio, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, answer } from '../../../api/client';
import { connectorQuery, type Connector } from '../../../api/connectors';
import { FileDrop } from '../../../components/file-drop';
import { notifyDone } from '../../../components/notify';
import { ProblemAlert } from '../../../components/problem-alert';
import { ImportPreview, type PreviewedImport } from './import-preview';
import { importLines } from './import-issues';
import { readImport } from './import-text';
import type { Schema } from './form-values';
import classes from './form.module.css';

interface Props {
  readonly isOpen: boolean;
  readonly schema: Schema;
  /** What happens before the preview, said to the user; `null` when nothing does. */
  readonly firstStep: string | null;
  /** Saves what is typed. @returns the stored connector, or `null` when the form says what is wrong. */
  readonly prepare: () => Promise<Connector | null>;
  /** After applying: what is stored now. */
  readonly onApplied: (connector: Connector) => void;
  readonly onClose: () => void;
}

/** Import of a vendor's JSON: choose, look at what would be done, apply. */
export function ImportDialog(props: Props) {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title="Import from JSON" size="lg" closeOnClickOutside={false}>
      {/* Mounted anew each time: what was pasted is gone when the dialog closes. */}
      {props.isOpen && <ImportSteps {...props} />}
    </Modal>
  );
}

type Mode = 'replace' | 'merge';

function ImportSteps({ schema, firstStep, prepare, onApplied, onClose }: Props) {
  const [text, setText] = useState('');
  const [mode, setMode] = useState<Mode>('replace');
  const queries = useQueryClient();
  const preview = useMutation({
    gcTime: 0,
    mutationFn: async (text: string): Promise<PreviewedImport | null> => {
      const json = readImport(text);
      const connector = await prepare();
      if (connector === null) return null;
      return { connector, json, mode, outcome: await runImport(connector.id, { json, mode, dry_run: true }) };
    },
    onSuccess: (previewed) => {
      if (previewed === null) onClose();
    },
  });
  const apply = useMutation({
    gcTime: 0,
    mutationFn: async ({ connector: { id }, json, mode: chosen }: PreviewedImport) => {
      await runImport(id, { json, mode: chosen, dry_run: false });
      return answer(api.GET('/api/connectors/{id}', { params: { path: { id } } }));
    },
    onSuccess: (connector) => {
      queries.setQueryData(connectorQuery(connector.id).queryKey, connector);
      void queries.invalidateQueries({ queryKey: ['connectors'] });
      notifyDone('The configuration is imported');
      onApplied(connector);
    },
  });
  const previewed = preview.data ?? null;
  const error = previewed === null ? preview.error : apply.error;
  return (
    <Stack>
      {previewed === null ? (
        <Source text={text} onText={setText} mode={mode} onMode={setMode} />
      ) : (
        <ImportPreview previewed={previewed} schema={schema} />
      )}
      {previewed === null && firstStep !== null && (
        <Alert variant="light" color="blue">
          {firstStep}
        </Alert>
      )}
      <ProblemAlert error={error} title="This cannot be imported" lines={importLines(error, schema)} />
      <Group justify="flex-end">
        <Button variant="default" onClick={previewed === null ? onClose : preview.reset}>
          {previewed === null ? 'Cancel' : 'Back'}
        </Button>
        {previewed === null ? (
          <Button disabled={text.trim() === ''} loading={preview.isPending} onClick={() => preview.mutate(text)}>
            Preview
          </Button>
        ) : (
          <Button loading={apply.isPending} onClick={() => apply.mutate(previewed)} autoFocus>
            Import
          </Button>
        )}
      </Group>
    </Stack>
  );
}

interface ImportRun {
  readonly json: Record<string, unknown>;
  readonly mode: Mode;
  readonly dry_run: boolean;
}

function runImport(id: string, { json, mode, dry_run }: ImportRun) {
  return answer(
    api.POST('/api/connectors/{id}/import-config', {
      params: { path: { id } },
      body: { json_data: json, mode, dry_run },
    }),
  );
}

interface SourceProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly mode: Mode;
  readonly onMode: (mode: Mode) => void;
}

function Source({ text, onText, mode, onMode }: SourceProps) {
  return (
    <>
      <FileDrop
        label="Drop the provider's JSON file here, as downloaded, at most 2 MiB"
        buttonLabel="Choose a file"
        accept=".json,application/json"
        onFiles={([file]) => void file?.text().then(onText)}
      />
      <Textarea
        label="Or paste its content"
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        autosize
        minRows={4}
        maxRows={12}
        spellCheck={false}
        autoComplete="off"
        classNames={{ input: classes.code }}
      />
      <Radio.Group label="What happens to the params that are stored" value={mode} onChange={onMode}>
        <Stack gap="xs" mt="xs">
          <Radio value="replace" label="Replace" description="What the file does not name is removed." />
          <Radio value="merge" label="Merge" description="What the file does not name stays as it is." />
        </Stack>
      </Radio.Group>
      <Text size="xs" c="dimmed">
        Nothing of the configuration changes before you have seen what would be done.
      </Text>
    </>
  );
}
