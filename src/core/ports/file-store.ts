import type { Transaction } from './transaction.js';

export interface LockedFile {
  /** Configuration refers to it, or once did. */
  readonly isConfigReference: boolean;
}

/** Reads the files that params refer to. Implemented by the storage module. */
export abstract class FileStore {
  /**
   * Content of a document as UTF-8, at most 1 MiB.
   * @param signal ends the read; it ends by itself after 10 seconds.
   * @returns `null` when there is no such document in that organization.
   * @throws ConnectorConfigError when it is larger or not UTF-8, ConnectionFailedError when its storage failed or did
   *   not answer in time.
   */
  abstract readText(organizationId: string, fileId: string, signal?: AbortSignal): Promise<string | null>;

  /**
   * Locks a document against deletion, and against whoever else would name it, until commit.
   * @returns `null` when there is none in that organization.
   */
  abstract lock(tx: Transaction, organizationId: string, fileId: string): Promise<LockedFile | null>;

  /** @returns which of the documents configuration refers to, or once did. */
  abstract configReferences(organizationId: string, fileIds: readonly string[]): Promise<ReadonlySet<string>>;

  /** Marks documents as referenced by configuration: from then on their content is never answered. */
  abstract markAsConfig(tx: Transaction, organizationId: string, fileIds: readonly string[]): Promise<void>;
}
