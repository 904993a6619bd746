import type { Transaction } from './transaction.js';

/** Who may name a file in a param. */
export interface FileBinding {
  /** Configuration refers to it, or once did. */
  readonly isConfigReference: boolean;
  /** Whose it is until configuration refers to it; `null` when it is no secret before, or of no user. */
  readonly ownerId: string | null;
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
  abstract lock(tx: Transaction, organizationId: string, fileId: string): Promise<FileBinding | null>;

  /** @returns of those documents that there are in that organization, by id. */
  abstract bindings(organizationId: string, fileIds: readonly string[]): Promise<ReadonlyMap<string, FileBinding>>;

  /** Marks documents as referenced by configuration: from then on their content is never answered. */
  abstract markAsConfig(tx: Transaction, organizationId: string, fileIds: readonly string[]): Promise<void>;
}
