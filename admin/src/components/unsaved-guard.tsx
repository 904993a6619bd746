import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { askBeforeLeaving } from './leave-question';

/**
 * Asks before changes that are not saved are lost: leaving by a link, back, reload or closing the window, and whatever
 * asks {@link mayLeave}.
 */
export function UnsavedGuard({ isDirty }: { readonly isDirty: boolean }) {
  const { isAsking, ask, answer } = useQuestion();
  useBlocker({
    shouldBlockFn: async ({ current, next }) => isDirty && current.pathname !== next.pathname && !(await ask()),
    enableBeforeUnload: () => isDirty,
  });
  useEffect(() => (isDirty ? askBeforeLeaving(ask) : undefined), [isDirty, ask]);
  return (
    <Modal opened={isAsking} onClose={() => answer(false)} title="Leave without saving?">
      <Stack>
        <Text size="sm">What you changed here is not saved yet.</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => answer(false)} data-autofocus>
            Stay here
          </Button>
          <Button color="red" onClick={() => answer(true)}>
            Leave
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** A question that code waits for and the user answers. */
function useQuestion() {
  const [waiting, setWaiting] = useState<{ readonly resolve: (answer: boolean) => void } | null>(null);
  const ask = useCallback(() => new Promise<boolean>((resolve) => setWaiting({ resolve })), []);
  const answer = (given: boolean) => {
    waiting?.resolve(given);
    setWaiting(null);
  };
  return { isAsking: waiting !== null, ask, answer };
}
