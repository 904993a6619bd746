import { Injectable } from '@nestjs/common';

/** One row of an encrypted column, with the columns that its context is made of. */
export type EncryptedRow = Readonly<Record<string, unknown>>;

/** A column that holds ciphertext of the key ring. */
export interface EncryptedColumn {
  readonly table: string;
  /** Of type bytea; null means that there is nothing. */
  readonly column: string;
  /** The primary key; for rows of organizations it comes after `organization_id` in some index. */
  readonly key: readonly string[];
  /** `organization`: the column `organization_id` names the owner. `instance`: all rows belong to `INSTANCE`. */
  readonly owner: 'organization' | 'instance';
  /** Further columns that the context needs. */
  readonly reads?: readonly string[];
  /** What the ciphertext of a row is bound to: the very list that it was encrypted with. */
  context(row: EncryptedRow): string[];
}

/** What a walk over some of an owner's ciphertexts found. */
export interface WalkedPage {
  /** Where to go on; `null` at the end. */
  readonly next: string | null;
  readonly seen: number;
  /** Encrypted anew. */
  readonly changed: number;
  /** Neither readable before nor changed: damaged, or its key is gone. */
  readonly unreadable: number;
  /** Readable, but somebody held it just now: come again. */
  readonly busy: number;
  /** Ids of other keys than the wanted one that ciphertext still stands under; `unknown` for what cannot be looked into. */
  readonly keyIdsLeft: readonly string[];
}

/** `rotate` encrypts anew what stands under another key than the current one; `verify` only tries to read. */
export type WalkMode = 'rotate' | 'verify';

/** A walk over ciphertexts of one owner. */
export interface Walk {
  /** Organization id or `INSTANCE`. */
  readonly owner: string;
  readonly mode: WalkMode;
  /** The owner's current key. */
  readonly keyId: string;
  /** The `next` of the page before. */
  readonly after: string | null;
  readonly limit: number;
}

/** Ciphertext that is not in a column. */
export interface EncryptedFiles {
  /** Unique, e.g. `storage_document files`. */
  readonly kind: string;
  /** How many an owner has, or all owners together. */
  count(owner: string | null): Promise<number>;
  /** Must leave every file readable at every moment, also when it is ended half-way. */
  walk(walk: Walk): Promise<WalkedPage>;
}

/**
 * Everywhere that ciphertext of the key ring is kept. A module that encrypts registers each place when it is made, or
 * a rotation would leave it behind under a key that is removed.
 */
@Injectable()
export class EncryptedData {
  private readonly knownColumns = new Map<string, EncryptedColumn>();
  private readonly knownFiles = new Map<string, EncryptedFiles>();

  registerColumn(column: EncryptedColumn): void {
    const kind = kindOf(column);
    if (this.knownColumns.has(kind)) throw new Error(`${kind} is registered twice`);
    this.knownColumns.set(kind, column);
  }

  registerFiles(files: EncryptedFiles): void {
    if (this.knownFiles.has(files.kind)) throw new Error(`${files.kind} is registered twice`);
    this.knownFiles.set(files.kind, files);
  }

  get columns(): readonly EncryptedColumn[] {
    return [...this.knownColumns.values()];
  }

  get files(): readonly EncryptedFiles[] {
    return [...this.knownFiles.values()];
  }
}

/** The name of an encrypted column, e.g. `ir_connector_param.value`. */
export function kindOf({ table, column }: Pick<EncryptedColumn, 'table' | 'column'>): string {
  return `${table}.${column}`;
}
