import { Button, Group, Modal, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import { DraftKey } from '../../api/draft-key';
import { Form } from '../../components/form';
import { hasPlaceFor } from '../../components/issues';
import { ProblemAlert } from '../../components/problem-alert';
import { ORGANIZATION_CODES, ORGANIZATION_POINTERS, OrganizationInputs } from './organization-inputs';

export function NewOrganization({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="New organization" closeOnClickOutside={false}>
      <NewOrganizationForm />
    </Modal>
  );
}

function NewOrganizationForm() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [values, setValues] = useState({ name: '', slug: '' });
  const [draftKey] = useState(() => new DraftKey());
  const create = useMutation({
    mutationFn: () => {
      const body = { name: values.name, ...(values.slug !== '' && { slug: values.slug }) };
      return draftKey.send(body, (header) => answer(api.POST('/api/organizations', { params: { header }, body })));
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['organizations'] });
      await navigate({ to: '/settings/organizations/$id', params: { id } });
    },
  });
  return (
    <Form isBusy={create.isPending} onSubmit={() => create.mutate()}>
      <Stack>
        <OrganizationInputs isNew values={values} error={create.error} onChange={setValues} />
        {!hasPlaceFor(create.error, ORGANIZATION_POINTERS, ORGANIZATION_CODES) && <ProblemAlert error={create.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Create
          </Button>
        </Group>
      </Stack>
    </Form>
  );
}
