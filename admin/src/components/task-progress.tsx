import { Button, Group, Progress, Stack, Text } from '@mantine/core';

interface Props {
  readonly label: string;
  readonly done: number;
  /** Unknown totals show a moving bar. */
  readonly total: number | null;
  /** How the numbers are said, e.g. as bytes. */
  readonly format?: (count: number) => string;
  readonly onCancel?: () => void;
  /** Where several go on at once, which would never stop talking to a screen reader. */
  readonly isSilent?: boolean;
}

/** Progress of long work: uploads, rotations, migrations. */
export function TaskProgress({ label, done, total, format = String, onCancel, isSilent = false }: Props) {
  const percent = total === null || total === 0 ? null : Math.min(100, (done / total) * 100);
  const counts = total === null ? format(done) : `${format(done)} of ${format(total)}`;
  return (
    <Stack gap={4} role={isSilent ? undefined : 'status'}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" truncate>
          {label}
        </Text>
        <Group gap="xs" wrap="nowrap">
          <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            {counts}
          </Text>
          {onCancel && (
            <Button size="compact-xs" variant="default" onClick={onCancel} aria-label={`Cancel: ${label}`}>
              Cancel
            </Button>
          )}
        </Group>
      </Group>
      <Progress.Root size="sm">
        <Progress.Section
          value={percent ?? 100}
          animated={percent === null}
          striped={percent === null}
          aria-label={label}
        />
      </Progress.Root>
    </Stack>
  );
}
