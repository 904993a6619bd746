import { ADMINISTRATION_MENU, type MenuRecord } from '../../core/ports/index.js';

/** Pages of organizations and users, and of what concerns the whole instance. */
export const BASE_MENUS: readonly MenuRecord[] = [
  {
    id: 'menu_organizations',
    name: 'Organizations',
    parent: ADMINISTRATION_MENU,
    action: 'res.organization.list',
    sequence: 10,
    role: 'admin',
  },
  {
    id: 'menu_users',
    name: 'Users',
    parent: ADMINISTRATION_MENU,
    action: 'res.user.list',
    sequence: 20,
    role: 'instance_admin',
  },
  {
    id: 'menu_encryption_keys',
    name: 'Encryption keys',
    parent: ADMINISTRATION_MENU,
    action: 'base.key.list',
    sequence: 70,
    role: 'instance_admin',
  },
];
