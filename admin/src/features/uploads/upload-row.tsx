import { Button, Group, Stack, Text } from '@mantine/core';
import { ApiError } from '../../api/problem';
import { formatBytes } from '../../components/bytes';
import { issueLines } from '../../components/issues';
import { sentenceOf } from '../../components/problem-alert';
import { TaskProgress } from '../../components/task-progress';
import type { Upload } from './upload-queue';
import { uploads } from './uploads';

interface Props {
  readonly upload: Upload;
  /** A button of the row was pressed, which goes away. */
  readonly onPressed: () => void;
}

/** One upload with its progress, which can be cancelled; or why it failed, to be tried again. */
export function UploadRow({ upload, onPressed }: Props) {
  const { id, file, state, sent } = upload;
  if (state === 'failed') return <FailedRow upload={upload} onPressed={onPressed} />;
  return (
    <TaskProgress
      label={file.name}
      done={Math.min(sent, file.size)}
      total={file.size}
      format={formatBytes}
      onCancel={() => {
        uploads.remove(id);
        onPressed();
      }}
      isSilent
    />
  );
}

function FailedRow({ upload: { id, file, error }, onPressed }: Props) {
  const { name } = file;
  const press = (action: () => void) => () => {
    action();
    onPressed();
  };
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap" role="alert">
      <Stack gap={0} miw={0}>
        <Text size="sm" c="red" truncate>
          {name} was not uploaded
        </Text>
        <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
          {reasonOf(error)}
        </Text>
      </Stack>
      <Group gap={4} wrap="nowrap">
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Try again: ${name}`}
          onClick={press(() => uploads.retry(id))}
        >
          Try again
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`Dismiss: ${name}`}
          onClick={press(() => uploads.remove(id))}
        >
          Dismiss
        </Button>
      </Group>
    </Group>
  );
}

/** All that the server said, in a line. */
function reasonOf(error: unknown): string {
  const request = error instanceof ApiError ? [`Request ${error.problem.instance}`] : [];
  return [sentenceOf(error), ...issueLines(error), ...request].join(' · ');
}
