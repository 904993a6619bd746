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
      <MenuLevel items={items} depth={0} />
    </nav>
  );
}

function MenuLevel({ items, depth }: { readonly items: readonly Item[]; readonly depth: number }) {
  return (
    <ul className={classes.list}>
      {items.map((item) => (
        <li key={item.id}>
          {item.action === null ? (
            <Text
              size={depth === 0 ? 'sm' : 'xs'}
              fw={650}
              c={depth === 0 ? undefined : 'dimmed'}
              className={classes.heading}
            >
              {item.name}
            </Text>
          ) : (
            <MenuLink name={item.name} path={pathOfAction(item.action)} />
          )}
          {item.children.length > 0 && <MenuLevel items={item.children} depth={depth + 1} />}
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
