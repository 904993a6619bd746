import type { Readable } from 'node:stream';
import type { Transaction } from './transaction.js';

/** What is known of a stored document. */
export interface SourceDocument {
  readonly id: string;
  readonly name: string;
  /** MIME type. */
  readonly mime: string;
  /** Bytes. */
  readonly size: number;
  /** It belongs to configuration: its content is given to nobody. */
  readonly isConfig: boolean;
}

/** Gives documents to modules that send them on. Implemented by the storage module. */
export abstract class DocumentSource {
  /**
   * Those of the documents that exist in the organization, in any order; locks them against deletion until commit.
   * Unknown ones and those of another organization are left out alike.
   */
  abstract describe(
    tx: Transaction,
    organizationId: string,
    ids: readonly string[],
  ): Promise<readonly SourceDocument[]>;

  /**
   * The content from where it was written. Must be read to its end or destroyed; breaks when the storage fails or
   * gives another number of bytes.
   * @returns `null` when there is no such document in the organization, or it belongs to configuration.
   * @throws ConnectionFailedError when the storage cannot be used.
   */
  abstract open(organizationId: string, id: string, signal: AbortSignal): Promise<Readable | null>;
}
