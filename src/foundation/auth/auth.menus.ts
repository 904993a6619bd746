import { ADMINISTRATION_MENU, type MenuRecord } from '../../core/ports/index.js';

/** Everybody sees these: they list what the caller himself has made. */
export const AUTH_MENUS: readonly MenuRecord[] = [
  {
    id: 'menu_api_tokens',
    name: 'API tokens',
    parent: ADMINISTRATION_MENU,
    action: 'auth.token.list',
    sequence: 30,
  },
  {
    id: 'menu_sessions',
    name: 'Sessions',
    parent: ADMINISTRATION_MENU,
    action: 'auth.session.list',
    sequence: 40,
  },
];
