import type { Scope } from '../access/index.js';
import type { Transaction } from './transaction.js';

export const AUDIT_RESULTS = ['success', 'denied', 'failure'] as const;
export type AuditResult = (typeof AUDIT_RESULTS)[number];

/** What an audit row says: who comes from the scope, when from the database. */
export interface AuditEntry {
  readonly organizationId: string | null;
  /** e.g. `connector.updated`, `auth.login_failed`. */
  readonly action: string;
  /** `denied`: a right was missing; `failure`: what was tried went wrong. Default `success`. */
  readonly result?: AuditResult;
  readonly recordType?: string;
  readonly recordId?: string;
  /** Names of changed keys, never values. */
  readonly changedKeys?: readonly string[];
  /** Further safe facts: counts, names of routes, outcomes. */
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Append-only record of mutations, denials and sign-ins. Implemented by the audit module. */
export abstract class AuditLog {
  /** Writes a row in the caller's transaction, at its end; when that fails the change fails with it. */
  abstract write(tx: Transaction, scope: Scope, entry: AuditEntry): Promise<void>;

  /** Writes a row in a transaction of its own, for events that change nothing else (denials, failed sign-ins). */
  abstract record(scope: Scope, entry: AuditEntry): Promise<void>;
}
