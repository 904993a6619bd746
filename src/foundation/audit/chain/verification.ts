/** What is wrong with a place of a chain. */
export const FINDINGS = {
  missing: 'The row is missing',
  changed: 'The row is not what was written',
  unlinked: 'The row does not follow the row before it',
  forged: 'The signature of the row is not from this server',
  end_forged: 'The signature of the end of the trail is not from this server',
  end_differs: 'The trail does not end as it was signed',
  base_forged: 'The signature of the point up to which old rows were removed is not from this server',
  turned_back: 'The end that an earlier verification told is not there any more',
  replaced: 'The trail does not begin with the row that it began with',
} as const;

export type Finding = keyof typeof FINDINGS;

/** The first place where a chain is broken. */
export interface BrokenPlace {
  readonly sequence: number;
  /** When there is a row at that place. */
  readonly rowId: string | null;
  readonly finding: Finding;
}

export interface Verification {
  readonly chain: string;
  /** `unsigned`: all is linked, but some rows were written while the server was sealed, or their signature was removed. */
  readonly outcome: 'intact' | 'unsigned' | 'broken';
  /** Rows that were checked. */
  readonly rows: number;
  /** Place of the last row that was checked. */
  readonly through: number;
  /** Where to go on; `null` when the end was reached. */
  readonly nextAfter: number | null;
  readonly unsignedRows: number;
  readonly firstUnsigned: number | null;
  readonly broken: BrokenPlace | null;
  /** Place and hash of the newest row: worth keeping elsewhere. */
  readonly end: { readonly sequence: number; readonly hash: string };
}
