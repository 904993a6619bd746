import { NavLink, Text } from '@mantine/core';
import { Link, useRouterState } from '@tanstack/react-router';
import type { Schemas } from '../api/client';
import { pathOfAction } from './menu-actions';
import classes from './main-menu.module.css';

type Item = Schemas['MenuItemResponse'];

/** The menus of the server's modules, as far as the user may see them. */
export function MainMenu({ items }: { readonly items: readonly Item[] }) {
  return (
    <nav aria-label="Main">
      <MenuLevel items={items} />
    </nav>
  );
}

function MenuLevel({ items }: { readonly items: readonly Item[] }) {
  return (
    <ul className={classes.list}>
      {items.map((item) => (
        <li key={item.id}>
          {item.action === null ? (
            <Text size="xs" fw={650} c="dimmed" px="sm" pt="md" pb={4}>
              {item.name}
            </Text>
          ) : (
            <MenuLink name={item.name} path={pathOfAction(item.action)} />
          )}
          {item.children.length > 0 && <MenuLevel items={item.children} />}
        </li>
      ))}
    </ul>
  );
}

function MenuLink({ name, path }: { readonly name: string; readonly path: string }) {
  const isHere = useRouterState({
    select: ({ location }) => location.pathname === path || location.pathname.startsWith(`${path}/`),
  });
  return (
    <NavLink
      component={Link}
      to={path}
      label={name}
      active={isHere}
      aria-current={isHere ? 'page' : undefined}
      className={classes.link}
    />
  );
}
