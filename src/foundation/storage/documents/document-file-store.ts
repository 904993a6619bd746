import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { ConnectionFailedError, ConnectorConfigError } from '../../../core/connectors/index.js';
import { FileStore, type FileBinding, type Transaction } from '../../../core/ports/index.js';
import { LocalStorageBackend } from '../local/local-storage.backend.js';
import { StorageRouter } from '../storage-router.js';
import { readAtMost } from './bounded-read.js';
import { ConfigVault, decodeUtf8, MAX_CONFIG_BYTES, MAX_SEALED_BYTES } from './config-vault.js';
import { DocumentStore } from './document-store.js';
import { refOf, type StorageDocument } from './storage-document.entity.js';

/** For a read with all that it needs: the storage that holds the file may need files of its own. */
const READ_TIMEOUT_MS = 10_000;

/** Any other document can be read by all of its organization anyway. */
const BINDING = `is_config_reference AS "isConfigReference",
  CASE WHEN purpose = 'config' THEN created_by END AS "ownerId"`;

interface Reading {
  /** Ids of the files that are being read, each for the sake of the one before. */
  readonly ids: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** Reads the documents that params refer to. */
@Injectable()
export class DocumentFileStore extends FileStore {
  private readonly reading = new AsyncLocalStorage<Reading>();

  constructor(
    private readonly documents: DocumentStore,
    private readonly vault: ConfigVault,
    private readonly local: LocalStorageBackend,
    private readonly modules: ModuleRef,
    private readonly dataSource: DataSource,
  ) {
    super();
  }

  async readText(organizationId: string, fileId: string, signal?: AbortSignal): Promise<string | null> {
    const document = await this.documents.findIn(organizationId, fileId);
    if (!document) return null;
    const outer = this.reading.getStore();
    if (outer?.ids.has(fileId)) throw unreadable('is stored on the very connector that needs it');
    const reading = { ids: new Set(outer?.ids).add(fileId), signal: outer?.signal ?? timeLimit(signal) };
    return this.reading.run(reading, () => this.readInTime(document, reading.signal));
  }

  async lock(tx: Transaction, organizationId: string, fileId: string): Promise<FileBinding | null> {
    const [file] = await tx.query<FileBinding>(
      `SELECT ${BINDING} FROM storage_document
       WHERE id = $1 AND organization_id = $2 AND state = 'stored' FOR NO KEY UPDATE`,
      [fileId, organizationId],
    );
    return file ?? null;
  }

  async bindings(organizationId: string, fileIds: readonly string[]): Promise<ReadonlyMap<string, FileBinding>> {
    const rows = await this.dataSource.query<(FileBinding & { id: string })[]>(
      `SELECT id, ${BINDING} FROM storage_document
       WHERE organization_id = $1 AND id = ANY($2::uuid[]) AND state = 'stored'`,
      [organizationId, fileIds],
    );
    return new Map(rows.map(({ id, ...binding }) => [id, binding]));
  }

  async markAsConfig(tx: Transaction, organizationId: string, fileIds: readonly string[]): Promise<void> {
    await tx.query(
      `UPDATE storage_document SET is_config_reference = true
       WHERE organization_id = $1 AND id = ANY($2::uuid[]) AND NOT is_config_reference`,
      [organizationId, [...fileIds]],
    );
  }

  private async readInTime(document: StorageDocument, signal: AbortSignal): Promise<string> {
    try {
      return await this.read(document, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new ConnectionFailedError('The storage that holds a file did not answer in time', { cause: error });
    }
  }

  private async read(document: StorageDocument, signal: AbortSignal): Promise<string> {
    if (document.purpose === 'config') {
      const { body } = await this.local.get(refOf(document), { signal });
      const sealed = await readAtMost(body, MAX_SEALED_BYTES);
      return this.vault.open(document, sealed ?? Buffer.alloc(0));
    }
    if ((document.size ?? 0) > MAX_CONFIG_BYTES) throw unreadable('has more than 1 MiB');
    const content = await this.readWhereWritten(document, signal);
    const text = content && decodeUtf8(content);
    if (text === null) throw unreadable('is not UTF-8 text of at most 1 MiB');
    return text;
  }

  private async readWhereWritten(document: StorageDocument, signal: AbortSignal): Promise<Buffer | null> {
    // Not injected: the router needs the connectors, and they need this class.
    const storage = await this.modules.get(StorageRouter).openWhereWritten(document);
    try {
      const { body } = await storage.backend.get(refOf(document), { signal });
      return await readAtMost(body, MAX_CONFIG_BYTES);
    } finally {
      await storage.close();
    }
  }
}

function timeLimit(signal?: AbortSignal): AbortSignal {
  const limit = AbortSignal.timeout(READ_TIMEOUT_MS);
  return signal ? AbortSignal.any([signal, limit]) : limit;
}

function unreadable(reason: string): ConnectorConfigError {
  return new ConnectorConfigError([{ key: 'file', reason: `The file ${reason}` }]);
}
