import { Button, Code, Group, Modal, ScrollArea, Stack, Text } from '@mantine/core';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { api, answer } from '../../../api/client';
import { sessionQuery, type Session } from '../../../api/session';
import { ConfirmForm } from '../../../components/confirm-password';
import { useCopy } from '../../../components/use-copy';

interface Props {
  readonly connectorId: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Shows the whole config with its secrets, after the password; nothing of it is kept when the dialog closes. */
export function RevealDialog({ connectorId, isOpen, onClose }: Props) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Configuration with secrets" size="lg" keepMounted={false}>
      {isOpen && <Reveal connectorId={connectorId} onClose={onClose} />}
    </Modal>
  );
}

/** Secrets are revealed to admins of the organization; an instance admin must at least be a member. */
export function mayReveal(session: Session, organizationId: string): boolean {
  const role = session.organizations.find(({ id }) => id === organizationId)?.role;
  return role === 'admin' || (role !== undefined && session.user.is_admin);
}

function Reveal({ connectorId, onClose }: Pick<Props, 'connectorId' | 'onClose'>) {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const reveal = useMutation({
    // Not a query: the cache of queries outlives the dialog.
    gcTime: 0,
    mutationFn: () => {
      const params = { path: { id: connectorId }, query: { reveal: true } };
      return answer(api.GET('/api/connectors/{id}/config', { params }));
    },
  });
  if (reveal.data) return <Revealed text={JSON.stringify(reveal.data.config, null, 2)} onClose={onClose} />;
  return (
    <ConfirmForm
      email={session.user.email}
      submitLabel="Show"
      isBusy={reveal.isPending}
      error={reveal.error}
      onConfirmed={() => reveal.mutate()}
    >
      Confirm your password to see the stored secrets. That you looked is recorded.
    </ConfirmForm>
  );
}

function Revealed({ text, onClose }: { readonly text: string; readonly onClose: () => void }) {
  const code = useRef<HTMLElement>(null);
  const { copy, isCopied, advice } = useCopy(text, () => {
    if (code.current) window.getSelection()?.selectAllChildren(code.current);
  });
  return (
    <Stack>
      <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': 'Configuration as JSON' }}>
        <Code ref={code} block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {text}
        </Code>
      </ScrollArea.Autosize>
      <Text size="xs" role="status">
        {advice}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={() => void copy()}>
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
        <Button onClick={onClose} autoFocus>
          Close
        </Button>
      </Group>
    </Stack>
  );
}
