import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import { sessionQuery } from '../../api/session';
import { Form } from '../../components/form';
import { hasPlaceFor } from '../../components/issues';
import { notifyDone } from '../../components/notify';
import { ProblemAlert } from '../../components/problem-alert';
import { USER_CODES, USER_POINTERS, UserInputs, type UserValues } from './user-inputs';

export function NewUser({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="New user" size="lg" closeOnClickOutside={false}>
      <NewUserForm onDone={onClose} />
    </Modal>
  );
}

function NewUserForm({ onDone }: { readonly onDone: () => void }) {
  const queries = useQueryClient();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [values, setValues] = useState<UserValues>({
    email: '',
    name: '',
    password: '',
    is_admin: false,
    is_active: true,
    memberships: session.organization_id === null ? [] : [{ organization_id: session.organization_id, role: 'member' }],
  });
  const create = useMutation({
    mutationFn: () => answer(api.POST('/api/users', { body: bodyOf(values) })),
    onSuccess: async ({ email }) => {
      notifyDone(`${email} is created`);
      onDone();
      await queries.invalidateQueries({ queryKey: ['users'] });
    },
  });
  return (
    <Form isBusy={create.isPending} onSubmit={() => create.mutate()}>
      <Stack>
        <UserInputs values={values} error={create.error} isNew onChange={setValues} />
        {!hasPlaceFor(create.error, USER_POINTERS, USER_CODES) && <ProblemAlert error={create.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}

/** What the API takes: an empty password is none. */
function bodyOf({ password, memberships, ...rest }: UserValues) {
  return { ...rest, memberships: [...memberships], ...(password !== '' && { password }) };
}
