import { ActionIcon, Menu, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { IconKey, IconLock, IconLogout, IconUser } from '@tabler/icons-react';
import { api, answer } from '../api/client';
import type { Session } from '../api/session';
import { sessionWatch } from '../api/session-watch';
import { ConfirmDialog } from '../components/confirm-dialog';
import { mayLeave } from '../components/leave-question';
import { notifyFailed } from '../components/notify';
import { sentenceOf } from '../components/problem-alert';
import { uploads } from '../features/uploads/uploads';

export function AccountMenu({ session }: { readonly session: Session }) {
  const signOut = useSignOut();
  const [isAsking, setAsking] = useState(false);
  const ask = async () => {
    if (!(await mayLeave())) return;
    if (uploads.isBusy()) setAsking(true);
    else signOut.mutate();
  };
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label="Account">
            <IconUser size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label style={{ overflowWrap: 'anywhere' }}>{session.user.email}</Menu.Label>
          <Menu.Item component={Link} to="/settings/sessions" leftSection={<IconLock size={16} aria-hidden />}>
            Password and sessions
          </Menu.Item>
          <Menu.Item component={Link} to="/settings/tokens" leftSection={<IconKey size={16} aria-hidden />}>
            API tokens
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void ask()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        isOpen={isAsking}
        title="Stop the uploads?"
        confirmLabel="Stop them and sign out"
        isDanger
        isBusy={signOut.isPending}
        onConfirm={() => signOut.mutate()}
        onClose={() => setAsking(false)}
      >
        <Text size="sm">Files are still on their way. Those that are not through are not stored.</Text>
      </ConfirmDialog>
    </>
  );
}

function useSignOut() {
  const queries = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: () => answer(api.POST('/api/auth/logout')),
    onSuccess: async () => {
      // What the next user must not see, or take for his own.
      uploads.clear();
      sessionWatch.end();
      // Whether to leave was asked before.
      await router.navigate({ to: '/login', ignoreBlocker: true });
      // After the pages of the old session are gone, which would ask for their data again.
      queries.clear();
    },
    onError: (error) => notifyFailed('You are still signed in', sentenceOf(error)),
  });
}
