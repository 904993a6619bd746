import type { Transaction } from '../ports/index.js';

/** A data key as it is stored: wrapped by a master key. */
export interface DataKeyRecord {
  /** UUID. */
  readonly id: string;
  readonly organizationId: string;
  /** 16 bytes that name the wrapping master key. */
  readonly masterKeyId: Buffer;
  readonly wrappedKey: Buffer;
}

/** Where wrapped data keys live. Implemented by the base module. */
export abstract class DataKeyStore {
  /** The key that new ciphertext of an organization is made with. */
  abstract findCurrent(organizationId: string): Promise<DataKeyRecord | null>;

  /** Any key of the organization, current or older. */
  abstract find(organizationId: string, id: string): Promise<DataKeyRecord | null>;

  /**
   * Stores the first key of an organization in the caller's transaction.
   * @returns false, and stores nothing, when the wrapping master key is not the current one of this database.
   */
  abstract insert(tx: Transaction, record: DataKeyRecord): Promise<boolean>;
}
