import { ADMINISTRATION_MENU, INTEGRATIONS_MENU, SETTINGS_MENU, type MenuRecord } from '../../core/ports/index.js';

/** The items that modules hang theirs on. */
export const STANDARD_MENUS: readonly MenuRecord[] = [
  { id: SETTINGS_MENU, name: 'Settings', parent: null, action: null, sequence: 90 },
  { id: INTEGRATIONS_MENU, name: 'Integrations', parent: SETTINGS_MENU, action: null, sequence: 20 },
  { id: ADMINISTRATION_MENU, name: 'Administration', parent: SETTINGS_MENU, action: null, sequence: 30 },
];
