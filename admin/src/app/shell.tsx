import { Anchor, AppShell, Box, Burger, Group, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { IconPlugConnected } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { menusQuery, sessionQuery } from '../api/session';
import { AccountMenu } from './account-menu';
import { ColorSchemeSwitch } from './color-scheme-switch';
import { MainMenu } from './main-menu';
import { OrganizationSwitch } from './organization-switch';
import { ReadinessBanner } from './readiness-banner';
import { SessionGuard } from './session-guard';
import classes from './shell.module.css';

const MAIN_ID = 'main';

/** The frame of all pages behind the sign-in: menu, organization, account. */
export function Shell() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { data: menus } = useSuspenseQuery(menusQuery);
  const [isMenuOpen, menu] = useDisclosure(false);
  useCloseOnNavigation(menu.close);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 248, breakpoint: 'sm', collapsed: { mobile: !isMenuOpen } }}
      padding="lg"
    >
      <a className={classes.skip} href={`#${MAIN_ID}`}>
        Skip to content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group wrap="nowrap" gap="xs">
            <Burger
              opened={isMenuOpen}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Menu"
              aria-expanded={isMenuOpen}
            />
            <Anchor component={Link} to="/" underline="never" c="inherit" aria-label="EDE Connectors, home">
              <Group gap={8} wrap="nowrap">
                <IconPlugConnected size={22} aria-hidden />
                <Text fw={650} visibleFrom="xs">
                  EDE Connectors
                </Text>
              </Group>
            </Anchor>
          </Group>
          <Group wrap="nowrap" gap="xs">
            <OrganizationSwitch session={session} />
            <ColorSchemeSwitch />
            <AccountMenu session={session} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar>
        <AppShell.Section grow component={ScrollArea} type="auto" p="sm">
          <MainMenu items={menus.items} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id={MAIN_ID} tabIndex={-1} className={classes.main}>
        <Box maw={1120} mx="auto">
          <ReadinessBanner />
          <Outlet />
        </Box>
      </AppShell.Main>
      <SessionGuard session={session} />
    </AppShell>
  );
}

/** On a phone the menu covers the page: it closes when something was chosen. */
function useCloseOnNavigation(close: () => void): void {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const last = useRef(path);
  useEffect(() => {
    if (last.current !== path) close();
    last.current = path;
  }, [path, close]);
}
