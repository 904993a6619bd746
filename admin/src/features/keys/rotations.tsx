import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, answer } from '../../api/client';
import { isUnderWay, rotationsQuery, type RotationKind } from '../../api/keys';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { ProblemAlert } from '../../components/problem-alert';
import type { MasterMove } from './master-move';
import { RotationRow } from './rotation-row';

const DATA_KEYS: MasterMove = {
  action: 'Renew the data keys',
  title: 'Renew the data keys?',
  text: 'Every organization gets a new key, and everything encrypted is written anew. All can be read and changed meanwhile.',
};

interface Question {
  readonly kind: RotationKind;
  readonly words: MasterMove;
}

/** Starts rotations, and shows how far they are. */
export function Rotations({ masterMove }: { readonly masterMove: MasterMove | null }) {
  const { data, error, refetch } = useQuery(rotationsQuery);
  const [isAsking, setAsking] = useState(false);
  // Kept while the dialog fades.
  const [asked, setAsked] = useState<Question>({ kind: 'data', words: DATA_KEYS });
  const ask = (question: Question) => {
    setAsked(question);
    setAsking(true);
  };
  const request = useRequest(() => setAsking(false));
  const rotations = data?.items ?? [];
  useKeysAfter(rotations.find((rotation) => !isUnderWay(rotation))?.id);
  const isBusy = rotations.some(isUnderWay);
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="rotations">
      <Stack gap="sm">
        <Title order={2} id="rotations">
          Rotation
        </Title>
        <Group gap="xs">
          <Button variant="default" disabled={isBusy} onClick={() => ask({ kind: 'data', words: DATA_KEYS })}>
            {DATA_KEYS.action}
          </Button>
          {masterMove !== null && (
            <Button variant="default" disabled={isBusy} onClick={() => ask({ kind: 'master', words: masterMove })}>
              {masterMove.action}
            </Button>
          )}
        </Group>
        {isBusy && (
          <Text size="sm" c="dimmed">
            One rotation at a time: the next can begin when this one is done.
          </Text>
        )}
        <ProblemAlert error={error} title="The rotations could not be read" onRetry={() => void refetch()} />
        {rotations.map((rotation) => (
          <RotationRow key={rotation.id} rotation={rotation} />
        ))}
      </Stack>
      <ConfirmDialog
        isOpen={isAsking}
        title={asked.words.title}
        confirmLabel="Start"
        isBusy={request.isPending}
        error={request.error}
        onClose={() => {
          request.reset();
          setAsking(false);
        }}
        onConfirm={() => request.mutate(asked.kind)}
      >
        <Text size="sm">{asked.words.text}</Text>
      </ConfirmDialog>
    </Paper>
  );
}

/** Reads the keys anew once a rotation is done. @param doneId the newest that is. */
function useKeysAfter(doneId: string | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (doneId !== undefined) void queries.invalidateQueries({ queryKey: ['keys', 'state'] });
  }, [doneId, queries]);
}

function useRequest(onStarted: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (kind: RotationKind) => answer(api.POST('/api/keys/rotations', { body: { kind } })),
    onSuccess: async () => {
      onStarted();
      await queries.invalidateQueries({ queryKey: ['keys'] });
    },
  });
}
