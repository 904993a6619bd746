import { Button, Group, Modal, Stack, TextInput, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import { DraftKey } from '../../api/draft-key';
import { Form } from '../../components/form';
import { hasPlaceFor, issueAt } from '../../components/issues';
import { notifyDone } from '../../components/notify';
import { ProblemAlert } from '../../components/problem-alert';

interface Props {
  readonly isOpen: boolean;
  readonly organizationId: string | null;
  readonly onClose: () => void;
}

export function SendMessage({ isOpen, organizationId, onClose }: Props) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Send a message" closeOnClickOutside={false}>
      <SendMessageForm organizationId={organizationId} onDone={onClose} />
    </Modal>
  );
}

function SendMessageForm({
  organizationId,
  onDone,
}: {
  readonly organizationId: string | null;
  readonly onDone: () => void;
}) {
  const queries = useQueryClient();
  const [to, setTo] = useState('');
  const [text, setText] = useState('');
  const [draftKey] = useState(() => new DraftKey());
  const send = useMutation({
    mutationFn: () => {
      const organization = organizationId === null ? {} : { organization_id: organizationId };
      const body = { text, ...(to !== '' && { to }), ...organization };
      return draftKey.send(body, (header) => answer(api.POST('/api/messaging/messages', { params: { header }, body })));
    },
    onSuccess: async () => {
      notifyDone('The message is queued');
      onDone();
      await queries.invalidateQueries({ queryKey: ['chat'] });
    },
  });
  return (
    <Form isBusy={send.isPending} onSubmit={() => send.mutate()}>
      <Stack>
        <Textarea
          label="Text"
          required
          autosize
          minRows={3}
          data-autofocus
          value={text}
          error={issueAt(send.error, '/text')}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <TextInput
          label="To"
          description="A channel, chat or number in the service's own words; empty is the connector's own channel"
          maxLength={255}
          value={to}
          error={issueAt(send.error, '/to')}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        {!hasPlaceFor(send.error, ['/text', '/to']) && <ProblemAlert error={send.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={send.isPending}>
            Send
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
