import type { Transaction } from '../ports/index.js';
import type { WrappedKey } from './key-provider.js';

/** Owns what belongs to the instance and to no organization. */
export const INSTANCE = 'instance';
/** Owns the key from which codes are derived, see `KeyRing.mac`. */
export const MAC_ROOT = 'mac-root';

/** A data key as it is stored: wrapped by a master key. */
export interface DataKeyRecord extends WrappedKey {
  /** UUID. */
  readonly id: string;
  /** Organization id, or {@link INSTANCE}, or {@link MAC_ROOT}. */
  readonly owner: string;
}

/** A master key as this database knows it. */
export interface MasterKeyRecord {
  readonly masterKeyId: Buffer;
  readonly checkValue: Buffer;
}

/** Where wrapped data keys live. Implemented by the base module. */
export abstract class DataKeyStore {
  /** Id of the key that new ciphertext of an owner is made with. */
  abstract findCurrentId(owner: string): Promise<string | null>;

  /** The same for several owners at once; those without a key are left out. */
  abstract findCurrentIds(owners: readonly string[]): Promise<ReadonlyMap<string, string>>;

  /** Any key of the owner, current or older. */
  abstract find(owner: string, id: string): Promise<DataKeyRecord | null>;

  /** The master key that wraps new data keys, and what proves it. */
  abstract currentMaster(): Promise<MasterKeyRecord | null>;

  /**
   * Stores the first key of an owner in the caller's transaction.
   * @returns false, and stores nothing, when the wrapping master key is no longer one of this database.
   */
  abstract insert(tx: Transaction, record: DataKeyRecord): Promise<boolean>;
}
