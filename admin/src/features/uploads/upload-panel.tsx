import { Button, Group, ScrollArea, Stack, Text } from '@mantine/core';
import type { Upload } from './upload-queue';
import { UploadRow } from './upload-row';
import { uploads } from './uploads';

/** The uploads, below every page until the last one is through. */
export function UploadPanel({ list }: { readonly list: readonly Upload[] }) {
  const isBusy = uploads.isBusy();
  return (
    <Stack gap={4} h="100%" px="md" py="xs" maw={1120} mx="auto">
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" fw={600} role="status">
          {summary(list)}
        </Text>
        <Button size="compact-xs" variant="default" onClick={() => uploads.clear()}>
          {isBusy ? 'Cancel all' : 'Dismiss all'}
        </Button>
      </Group>
      <ScrollArea type="auto" flex={1} mih={0} viewportProps={{ tabIndex: 0, 'aria-label': 'Files', role: 'group' }}>
        <Stack gap="xs" pr="sm">
          {list.map((upload) => (
            <UploadRow key={upload.id} upload={upload} />
          ))}
        </Stack>
      </ScrollArea>
    </Stack>
  );
}

function summary(list: readonly Upload[]): string {
  const words = (['running', 'waiting', 'failed'] as const).map((state) => {
    const count = list.filter((upload) => upload.state === state).length;
    return count === 0 ? '' : `${String(count)} ${state}`;
  });
  return `Uploads: ${words.filter(Boolean).join(', ')}`;
}
