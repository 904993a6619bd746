export { loadSettings, SettingsError, type Environment } from './load-settings.js';
export { SettingsModule } from './settings.module.js';
export { EGRESS_POLICIES, Settings, type EgressPolicy, type KeyProviderKind, type LogLevel } from './settings.js';
export { type SmtpServer } from './smtp-url.js';
export { type VaultSettings } from './vault-settings.js';
