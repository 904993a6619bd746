export { PresentationModule } from './presentation.module.js';
export { AdminUi } from './ui/admin-ui.js';
