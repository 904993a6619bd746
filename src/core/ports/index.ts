export { AUDIT_RESULTS, AuditLog, type AuditEntry, type AuditResult } from './audit-log.js';
export { AuditTrail, type AuditTrailPage, type AuditTrailRow } from './audit-trail.js';
export { DocumentSource, type SourceDocument } from './document-source.js';
export { FileStore, type FileBinding } from './file-store.js';
export { MenuRegistry, type MenuNode, type MenuRecord } from './menu-registry.js';
export { ADMINISTRATION_MENU, INTEGRATIONS_MENU, SETTINGS_MENU } from './standard-menus.js';
export { type DomainEvent, type Transaction } from './transaction.js';
export { UsageRegistry, type ForgottenUse, type Usage, type UsageSource, type UsedRecord } from './usage-registry.js';
