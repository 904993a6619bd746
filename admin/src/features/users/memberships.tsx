import { Button, Fieldset, Group, Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { MAX_PAGE, organizationsQuery, type Role } from '../../api/people';
import { ROLES } from '../organizations/roles';

export interface Membership {
  readonly organization_id: string;
  readonly role: Role;
}

interface Props {
  readonly value: readonly Membership[];
  readonly onChange: (value: Membership[]) => void;
}

/** The organizations of a user, each with the role there. */
export function Memberships({ value, onChange }: Props) {
  const { data } = useQuery(organizationsQuery({ limit: MAX_PAGE }));
  const organizations = (data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const free = organizations.filter(({ value: id }) => !value.some(({ organization_id }) => organization_id === id));
  const change = (index: number, changes: Partial<Membership>) =>
    onChange(value.map((membership, at) => (at === index ? { ...membership, ...changes } : membership)));
  const [next] = free;
  return (
    <Fieldset legend="Organizations">
      <Stack gap="xs">
        {value.map(({ organization_id, role }, index) => (
          <Group key={organization_id} gap="xs" wrap="nowrap">
            <Select
              aria-label={`Organization ${String(index + 1)}`}
              flex={1}
              searchable
              allowDeselect={false}
              data={organizations.filter(
                ({ value: id }) => id === organization_id || free.some((one) => one.value === id),
              )}
              value={organization_id}
              onChange={(id) => {
                if (id !== null) change(index, { organization_id: id });
              }}
            />
            <Select
              aria-label={`Role in organization ${String(index + 1)}`}
              w={120}
              allowDeselect={false}
              data={[...ROLES]}
              value={role}
              onChange={(wanted) => {
                if (wanted !== null) change(index, { role: wanted });
              }}
            />
            <Button
              variant="default"
              size="xs"
              aria-label={`Remove organization ${String(index + 1)}`}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
            >
              Remove
            </Button>
          </Group>
        ))}
        {next && (
          <Group>
            <Button
              variant="default"
              size="xs"
              onClick={() => onChange([...value, { organization_id: next.value, role: 'member' }])}
            >
              Add an organization
            </Button>
          </Group>
        )}
      </Stack>
    </Fieldset>
  );
}
