import { ActionIcon, Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { IconKey, IconLock, IconLogout, IconUser } from '@tabler/icons-react';
import { api, answer } from '../api/client';
import type { Session } from '../api/session';
import { sessionWatch } from '../api/session-watch';
import { notifyFailed } from '../components/notify';
import { sentenceOf } from '../components/problem-alert';

export function AccountMenu({ session }: { readonly session: Session }) {
  const signOut = useSignOut();
  return (
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
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut.mutate()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function useSignOut() {
  const queries = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: () => answer(api.POST('/api/auth/logout')),
    onSuccess: async () => {
      sessionWatch.end();
      await router.navigate({ to: '/login' });
      // After the pages of the old session are gone, which would ask for their data again.
      queries.clear();
    },
    onError: (error) => notifyFailed('You are still signed in', sentenceOf(error)),
  });
}
