import { Button, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { useRef, useSyncExternalStore } from 'react';
import type { Upload } from './upload-queue';
import { UploadRow } from './upload-row';
import { uploads } from './uploads';

/** The uploads, below every page until the last one is through. */
export function UploadPanel() {
  const list = useSyncExternalStore(uploads.subscribe, uploads.list);
  const group = useRef<HTMLDivElement>(null);
  // The button that was pressed goes with its row, the last row takes the panel along.
  const keepFocus = () => {
    const next = uploads.list().length > 0 ? group.current : document.querySelector('main');
    next?.focus({ preventScroll: true });
  };
  const isBusy = uploads.isBusy();
  return (
    <Stack gap={4} h="100%" px="md" py="xs" maw={1120} mx="auto">
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" fw={600} role="status">
          {summary(list)}
        </Text>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            uploads.clear();
            keepFocus();
          }}
        >
          {isBusy ? 'Cancel all' : 'Dismiss all'}
        </Button>
      </Group>
      <ScrollArea
        viewportRef={group}
        type="auto"
        flex={1}
        mih={0}
        viewportProps={{ tabIndex: 0, 'aria-label': 'Files', role: 'group' }}
      >
        <Stack gap="xs" pr="sm">
          {list.map((upload) => (
            <UploadRow key={upload.id} upload={upload} onPressed={keepFocus} />
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
