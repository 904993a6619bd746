import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import { egressQuery } from '../../api/egress';
import { Form } from '../../components/form';
import { hasPlaceFor, issueAt } from '../../components/issues';
import { notifyDone } from '../../components/notify';
import { ProblemAlert } from '../../components/problem-alert';

const EMPTY = { entry: '', comment: '' };

export function NewEgressEntry() {
  const queries = useQueryClient();
  const [values, setValues] = useState(EMPTY);
  const add = useMutation({
    mutationFn: () => answer(api.POST('/api/egress/entries', { body: values })),
    onSuccess: async ({ entry }) => {
      setValues(EMPTY);
      notifyDone(`${entry} is allowed`);
      await queries.invalidateQueries({ queryKey: egressQuery.queryKey });
    },
  });
  return (
    <Form isBusy={add.isPending} onSubmit={() => add.mutate()}>
      <Stack gap="xs">
        <Group align="flex-start" gap="sm">
          <TextInput
            label="Target"
            description="A name, address or network, with a port if it is one only"
            placeholder="minio.internal:9000"
            required
            maxLength={300}
            flex="1 1 220px"
            value={values.entry}
            error={issueAt(add.error, '/entry')}
            onChange={(event) => setValues({ ...values, entry: event.currentTarget.value })}
          />
          <TextInput
            label="What it is for"
            description="So that somebody else knows later"
            maxLength={255}
            flex="1 1 220px"
            value={values.comment}
            error={issueAt(add.error, '/comment')}
            onChange={(event) => setValues({ ...values, comment: event.currentTarget.value })}
          />
        </Group>
        {!hasPlaceFor(add.error, ['/entry', '/comment']) && <ProblemAlert error={add.error} />}
        <Group>
          <Button type="submit" loading={add.isPending}>
            Allow
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
