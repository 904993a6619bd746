import type { AuditResult } from './audit-log.js';

/** One audit row as a reader sees it. Names of changed keys, never values. */
export interface AuditTrailRow {
  readonly id: string;
  /** Place in the trail of its organization, or of the instance. */
  readonly sequence: number;
  readonly organizationId: string | null;
  readonly at: Date;
  readonly action: string;
  readonly result: AuditResult;
  readonly actor: {
    /** `user` or `system`. */
    readonly kind: string;
    readonly userId: string | null;
    readonly sessionId: string | null;
    readonly tokenId: string | null;
  };
  readonly address: string | null;
  readonly requestId: string | null;
  readonly recordType: string | null;
  readonly recordId: string | null;
  readonly changedKeys: readonly string[];
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
  /** Hex; `null` for a row from before rows were linked. */
  readonly previousHash: string | null;
  readonly hash: string | null;
}

export interface AuditTrailPage {
  readonly items: readonly AuditTrailRow[];
  /** Opaque; `null` on the last page. */
  readonly nextCursor: string | null;
}

/** Reads the audit rows of one record. Implemented by the audit module. */
export abstract class AuditTrail {
  /**
   * Newest first. The caller has checked that the organization is the reader's.
   * @param recordType as it was written, e.g. `ir.connector`.
   * @param page `limit` rows; `cursor` is the `nextCursor` of the page before.
   * @throws InvalidInputError for a cursor of another list.
   */
  abstract list(
    organizationId: string,
    recordType: string,
    recordId: string,
    page: { readonly limit: number; readonly cursor?: string },
  ): Promise<AuditTrailPage>;
}
