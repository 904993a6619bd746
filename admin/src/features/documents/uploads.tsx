import { Button, Group, Stack } from '@mantine/core';
import { formatBytes } from '../../components/bytes';
import { FileDrop } from '../../components/file-drop';
import { ProblemAlert } from '../../components/problem-alert';
import { TaskProgress } from '../../components/task-progress';
import { useUploads, type Upload } from './use-uploads';

/** Uploads with their progress; each can be cancelled, and a failed one tried again. */
export function Uploads({ organizationId }: { readonly organizationId: string | null }) {
  const { uploads, start, remove } = useUploads(organizationId);
  return (
    <Stack gap="sm">
      <FileDrop label="Drop files here to upload them" buttonLabel="Choose files" isMultiple onFiles={start} />
      {uploads.map((upload) => (
        <UploadRow
          key={upload.id}
          upload={upload}
          onRetry={() => {
            remove(upload.id);
            start([upload.file]);
          }}
          onDismiss={() => remove(upload.id)}
        />
      ))}
    </Stack>
  );
}

function UploadRow(props: { readonly upload: Upload; readonly onRetry: () => void; readonly onDismiss: () => void }) {
  const { file, sent, error, abort } = props.upload;
  if (error === null)
    return (
      <TaskProgress
        label={file.name}
        done={Math.min(sent, file.size)}
        total={file.size}
        format={formatBytes}
        onCancel={() => abort.abort()}
      />
    );
  return (
    <ProblemAlert error={error} title={`${file.name} was not uploaded`}>
      <Group mt="sm" gap="xs">
        <Button size="xs" variant="default" onClick={props.onRetry}>
          Try again
        </Button>
        <Button size="xs" variant="default" onClick={props.onDismiss}>
          Dismiss
        </Button>
      </Group>
    </ProblemAlert>
  );
}
