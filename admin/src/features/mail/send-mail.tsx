import { Button, Group, Modal, Stack, TextInput, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import { DraftKey } from '../../api/draft-key';
import { ApiError } from '../../api/problem';
import { Form } from '../../components/form';
import { notifyDone } from '../../components/notify';
import { ProblemAlert } from '../../components/problem-alert';
import { splitAddresses } from './addresses';

interface Props {
  readonly isOpen: boolean;
  readonly organizationId: string | null;
  readonly onClose: () => void;
}

export function SendMail({ isOpen, organizationId, onClose }: Props) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="Send a mail" size="lg" closeOnClickOutside={false}>
      <SendMailForm organizationId={organizationId} onDone={onClose} />
    </Modal>
  );
}

function SendMailForm({
  organizationId,
  onDone,
}: {
  readonly organizationId: string | null;
  readonly onDone: () => void;
}) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState({ to: '', subject: '', text: '' });
  const [draftKey] = useState(() => new DraftKey());
  const send = useMutation({
    mutationFn: () => {
      const body = {
        to: splitAddresses(draft.to),
        subject: draft.subject,
        text: draft.text,
        ...(organizationId !== null && { organization_id: organizationId }),
      };
      return draftKey.send(body, (header) => answer(api.POST('/api/email/messages', { params: { header }, body })));
    },
    onSuccess: async () => {
      notifyDone('The mail is queued');
      onDone();
      await queries.invalidateQueries({ queryKey: ['mail'] });
    },
  });
  const change = (changes: Partial<typeof draft>) => setDraft({ ...draft, ...changes });
  return (
    <Form isBusy={send.isPending} onSubmit={() => send.mutate()}>
      <Stack>
        <TextInput
          label="To"
          description="Several addresses are separated by commas"
          required
          data-autofocus
          value={draft.to}
          error={issueBelow(send.error, '/to')}
          onChange={(event) => change({ to: event.currentTarget.value })}
        />
        <TextInput
          label="Subject"
          required
          maxLength={998}
          value={draft.subject}
          error={issueBelow(send.error, '/subject')}
          onChange={(event) => change({ subject: event.currentTarget.value })}
        />
        <Textarea
          label="Text"
          required
          autosize
          minRows={4}
          value={draft.text}
          error={issueBelow(send.error, '/text')}
          onChange={(event) => change({ text: event.currentTarget.value })}
        />
        {!(send.error instanceof ApiError && send.error.issues.length > 0) && <ProblemAlert error={send.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={send.isPending}>
            Send
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

/** An address is refused by its place in the list. */
function issueBelow(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  return error.issues.find((issue) => issue.pointer === pointer || issue.pointer.startsWith(`${pointer}/`))?.message;
}
