import { Button, Group, Stack, Text } from '@mantine/core';
import { formatBytes } from '../../components/bytes';
import { sentenceOf } from '../../components/problem-alert';
import { TaskProgress } from '../../components/task-progress';
import type { Upload } from './upload-queue';
import { uploads } from './uploads';

/** One upload with its progress, which can be cancelled; or why it failed, to be tried again. */
export function UploadRow({ upload }: { readonly upload: Upload }) {
  const { id, file, state, sent, error } = upload;
  const remove = () => uploads.remove(id);
  if (state === 'failed') return <FailedRow id={id} name={file.name} error={error} onDismiss={remove} />;
  return (
    <TaskProgress
      label={file.name}
      done={Math.min(sent, file.size)}
      total={file.size}
      format={formatBytes}
      onCancel={remove}
      isSilent
    />
  );
}

interface FailedProps {
  readonly id: number;
  readonly name: string;
  readonly error: unknown;
  readonly onDismiss: () => void;
}

function FailedRow({ id, name, error, onDismiss }: FailedProps) {
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap" role="alert">
      <Stack gap={0} miw={0}>
        <Text size="sm" c="red" truncate>
          {name} was not uploaded
        </Text>
        <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
          {sentenceOf(error)}
        </Text>
      </Stack>
      <Group gap={4} wrap="nowrap">
        <Button size="compact-xs" variant="default" aria-label={`Try again: ${name}`} onClick={() => uploads.retry(id)}>
          Try again
        </Button>
        <Button size="compact-xs" variant="default" aria-label={`Dismiss: ${name}`} onClick={onDismiss}>
          Dismiss
        </Button>
      </Group>
    </Group>
  );
}
