/** One audit row as a reader sees it. Names of changed keys, never values. */
export interface AuditTrailRow {
  readonly id: string;
  readonly at: Date;
  readonly action: string;
  readonly actor: {
    readonly kind: 'user' | 'system';
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
