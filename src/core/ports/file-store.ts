import type { Transaction } from './transaction.js';

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

  /** Whether the document exists in that organization (checked when a param is saved); locks it against deletion until commit. */
  abstract exists(tx: Transaction, organizationId: string, fileId: string): Promise<boolean>;

  /** Marks documents as referenced by configuration: from then on their content is never answered. */
  abstract markAsConfig(tx: Transaction, organizationId: string, fileIds: readonly string[]): Promise<void>;
}
