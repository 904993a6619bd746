export { MenuRegistry, type MenuNode, type MenuRecord } from './menu-registry.js';
export { INTEGRATIONS_MENU, SETTINGS_MENU } from './menus.js';
export { PresentationModule } from './presentation.module.js';
