import { Button, Select, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, answer } from '../../api/client';
import { refreshIfOwn } from '../../api/own-account';
import { membersQuery, type Member, type Role } from '../../api/people';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { DataList, type Column } from '../../components/data-list';
import { EmptyState } from '../../components/empty-state';
import { ProblemAlert } from '../../components/problem-alert';
import { RelativeTime } from '../../components/relative-time';
import { useCursorChange } from '../../components/use-cursor';
import { NoSignInBadge } from '../users/no-sign-in-badge';
import { ROLES } from './roles';

const route = getRouteApi('/app/settings/organizations/$id');

interface Props {
  readonly organizationId: string;
  readonly isAdmin: boolean;
}

/** Who belongs to the organization, and as what. New people are made under Users. */
export function Members({ organizationId, isAdmin }: Props) {
  const { cursor } = route.useSearch();
  const query = useQuery(membersQuery(organizationId, { cursor }));
  const changeCursor = useCursorChange();
  const [toRemove, setToRemove] = useState<Member | null>(null);
  const changes = useMemberChanges(organizationId, () => setToRemove(null));
  return (
    <Stack component="section" gap="sm" aria-labelledby="members">
      <Title order={2} id="members">
        Members
      </Title>
      <ProblemAlert error={changes.role.error} title="The role was not changed" />
      <DataList
        label="Members"
        query={query}
        columns={columnsFor(isAdmin, (member, role) => changes.role.mutate({ member, role }), setToRemove)}
        rowKey={({ user_id }) => user_id}
        empty={<EmptyState title="No members yet">Give a user a role in this organization under Users.</EmptyState>}
        cursor={cursor}
        onCursor={changeCursor}
      />
      <ConfirmDialog
        isOpen={toRemove !== null}
        title="Remove this member?"
        confirmLabel="Remove"
        isDanger
        isBusy={changes.removal.isPending}
        error={changes.removal.error}
        onClose={() => {
          changes.removal.reset();
          setToRemove(null);
        }}
        onConfirm={() => {
          if (toRemove) changes.removal.mutate(toRemove);
        }}
      >
        <Text size="sm">{toRemove?.email} no longer reaches what belongs to this organization. The account stays.</Text>
      </ConfirmDialog>
    </Stack>
  );
}

function useMemberChanges(organizationId: string, onRemoved: () => void) {
  const queries = useQueryClient();
  const refresh = async ({ user_id }: Member) => {
    await queries.invalidateQueries({ queryKey: ['organizations', 'members', organizationId] });
    await refreshIfOwn(queries, user_id);
  };
  const pathOf = (member: Member) => ({ params: { path: { id: organizationId, user_id: member.user_id } } });
  const role = useMutation({
    mutationFn: ({ member, role: wanted }: { member: Member; role: Role }) =>
      answer(api.PUT('/api/organizations/{id}/members/{user_id}', { ...pathOf(member), body: { role: wanted } })),
    onSettled: (_answer, _error, { member }) => refresh(member),
  });
  const removal = useMutation({
    mutationFn: (member: Member) => answer(api.DELETE('/api/organizations/{id}/members/{user_id}', pathOf(member))),
    onSuccess: async (_answer, member) => {
      onRemoved();
      await refresh(member);
    },
  });
  return { role, removal };
}

function columnsFor(
  isAdmin: boolean,
  onRole: (member: Member, role: Role) => void,
  onRemove: (member: Member) => void,
): Column<Member>[] {
  const columns: Column<Member>[] = [
    { header: 'Name', cell: ({ name }) => name },
    {
      header: 'Email',
      cell: ({ email, is_active }) => (
        <>
          {email} {!is_active && <NoSignInBadge />}
        </>
      ),
    },
    {
      header: 'Role',
      cell: (member) =>
        isAdmin ? (
          <Select
            aria-label={`Role of ${member.email}`}
            size="xs"
            w={120}
            allowDeselect={false}
            data={[...ROLES]}
            value={member.role}
            onChange={(role) => {
              if (role !== null && role !== member.role) onRole(member, role);
            }}
          />
        ) : (
          ROLES.find(({ value }) => value === member.role)?.label
        ),
    },
    { header: 'Since', isWhole: true, cell: ({ created_at }) => <RelativeTime at={created_at} /> },
  ];
  if (!isAdmin) return columns;
  const actions: Column<Member> = {
    header: 'Actions',
    isWhole: true,
    cell: (member) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Remove ${member.email}`}
        onClick={() => onRemove(member)}
      >
        Remove
      </Button>
    ),
  };
  return [...columns, actions];
}
