/** Ids of the menus that modules hang theirs on; presentation registers them. */
export const SETTINGS_MENU = 'menu_settings';
/** Settings → Integrations: what connects other services. */
export const INTEGRATIONS_MENU = 'menu_settings_integrations';
/** Settings → Administration: who may do what, and what has been done. */
export const ADMINISTRATION_MENU = 'menu_settings_administration';
