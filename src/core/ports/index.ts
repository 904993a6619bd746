export { AuditLog, type AuditEntry } from './audit-log.js';
export { AuditTrail, type AuditTrailPage, type AuditTrailRow } from './audit-trail.js';
export { DocumentSource, type SourceDocument } from './document-source.js';
export { FileStore } from './file-store.js';
export { type DomainEvent, type Transaction } from './transaction.js';
export { UsageRegistry, type Usage, type UsageSource, type UsedRecord } from './usage-registry.js';
