import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Session } from '../../api/session';
import { CopyField } from '../../components/copy-field';
import { NewTokenForm } from './new-token-form';

interface Props {
  readonly isOpen: boolean;
  readonly session: Session;
  readonly onClose: () => void;
}

/** Makes a token and shows its text this once; closing forgets it. */
export function NewToken({ isOpen, session, onClose }: Props) {
  const [token, setToken] = useState<string | null>(null);
  const close = () => {
    setToken(null);
    onClose();
  };
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title={token === null ? 'New API token' : 'Copy the token now'}
      closeOnClickOutside={token === null}
      closeOnEscape={token === null}
    >
      {token === null ? (
        <NewTokenForm session={session} onCreated={setToken} />
      ) : (
        <Stack>
          <Text size="sm">It is shown this once. The server keeps only a hash of it.</Text>
          <CopyField label="Token" value={token} description="Send it as “Authorization: Bearer …”" />
          <Group justify="flex-end">
            <Button onClick={close}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
