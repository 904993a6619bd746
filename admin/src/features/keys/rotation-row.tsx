import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, answer } from '../../api/client';
import { isUnderWay, type Rotation } from '../../api/keys';
import { ProblemAlert } from '../../components/problem-alert';
import { RelativeTime } from '../../components/relative-time';
import { TaskProgress } from '../../components/task-progress';

const STATUS: Readonly<Record<Rotation['status'], { label: string; color: string }>> = {
  waiting: { label: 'Waiting', color: 'yellow' },
  running: { label: 'Running', color: 'blue' },
  completed: { label: 'Done', color: 'green' },
};

export function RotationRow({ rotation }: { readonly rotation: Rotation }) {
  const { kind, status, note, created_at } = rotation;
  const { done, total, unreadable } = sumOf(rotation);
  const look = STATUS[status];
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Text size="sm">{kind === 'data' ? 'Data keys' : 'Master key'}</Text>
        <Badge color={look.color}>{look.label}</Badge>
        <Text size="sm" c="dimmed">
          <RelativeTime at={created_at} />
        </Text>
        {status === 'waiting' && <Withdraw id={rotation.id} />}
      </Group>
      {note !== null && <Text size="sm">{note}</Text>}
      {isUnderWay(rotation) && <TaskProgress label="Written anew" done={done} total={total === 0 ? null : total} />}
      {unreadable > 0 && (
        <Text size="sm">{`${String(unreadable)} damaged values were left as they are, with their key.`}</Text>
      )}
    </Stack>
  );
}

function Withdraw({ id }: { readonly id: string }) {
  const queries = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => answer(api.DELETE('/api/keys/rotations/{id}', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  });
  return (
    <>
      <Button size="compact-sm" variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
        Withdraw
      </Button>
      <ProblemAlert error={withdraw.error} />
    </>
  );
}

function sumOf({ progress }: Rotation) {
  const sum = { done: 0, total: 0, unreadable: 0 };
  for (const part of progress) {
    sum.done += part.done;
    sum.total += part.total;
    sum.unreadable += part.unreadable;
  }
  return sum;
}
