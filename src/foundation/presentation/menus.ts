import type { MenuRecord } from './menu-registry.js';

export const SETTINGS_MENU = 'menu_settings';
export const INTEGRATIONS_MENU = 'menu_settings_integrations';

/** The items that other modules hang theirs on. */
export const BASE_MENUS: readonly MenuRecord[] = [
  { id: SETTINGS_MENU, name: 'Settings', parent: null, action: null, sequence: 90 },
  { id: INTEGRATIONS_MENU, name: 'Integrations', parent: SETTINGS_MENU, action: null, sequence: 20 },
];
