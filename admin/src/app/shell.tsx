import { Anchor, AppShell, Box, Burger, Group, ScrollArea, Text } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { IconPlugConnected } from '@tabler/icons-react';
import { lazy, Suspense, useRef } from 'react';
import { menusQuery, sessionQuery } from '../api/session';
import { useUploads } from '../features/uploads/use-uploads';
import { AccountMenu } from './account-menu';
import { ColorSchemeSwitch } from './color-scheme-switch';
import { MainMenu } from './main-menu';
import { OrganizationSwitch } from './organization-switch';
import { MENU_BREAKPOINT, usePhoneMenu } from './phone-menu';
import { ReadinessBanner } from './readiness-banner';
import { SessionGuard } from './session-guard';
import classes from './shell.module.css';

/** No part of the first load: it is shown only once somebody uploads. */
const UploadPanel = lazy(async () => ({ default: (await import('../features/uploads/upload-panel')).UploadPanel }));

const MAIN_ID = 'main';
/** Room for three uploads below their summary; more are scrolled. */
const [UPLOADS_HEAD, UPLOAD_HEIGHT, UPLOADS_SHOWN] = [52, 44, 3];

/** The frame of all pages behind the sign-in: menu, organization, account. */
export function Shell() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { data: menus } = useSuspenseQuery(menusQuery);
  const burger = useRef<HTMLButtonElement>(null);
  const navbar = useRef<HTMLDivElement>(null);
  const menu = usePhoneMenu(burger, navbar);
  const uploads = useUploads();
  const shownUploads = Math.min(uploads, UPLOADS_SHOWN);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 248, breakpoint: MENU_BREAKPOINT, collapsed: { mobile: !menu.isOpen } }}
      footer={{ height: UPLOADS_HEAD + UPLOAD_HEIGHT * shownUploads, collapsed: uploads === 0 }}
      padding="lg"
    >
      <a className={classes.skip} href={`#${MAIN_ID}`}>
        Skip to content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap" gap="xs">
          <Group wrap="nowrap" gap="xs">
            <Burger
              ref={burger}
              opened={menu.isOpen}
              onClick={menu.toggle}
              hiddenFrom={MENU_BREAKPOINT}
              size="sm"
              aria-label="Menu"
              aria-expanded={menu.isOpen}
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
      <AppShell.Navbar ref={navbar} inert={menu.isHidden} onClick={menu.onClick}>
        <AppShell.Section grow component={ScrollArea} type="auto" p="sm">
          <MainMenu items={menus.items} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id={MAIN_ID} tabIndex={-1} className={classes.main} inert={menu.isCovering}>
        <Box maw={1120} mx="auto">
          <ReadinessBanner />
          <Outlet />
        </Box>
      </AppShell.Main>
      {uploads > 0 && (
        <AppShell.Footer aria-label="Uploads">
          <Suspense>
            <UploadPanel />
          </Suspense>
        </AppShell.Footer>
      )}
      <SessionGuard session={session} />
    </AppShell>
  );
}
