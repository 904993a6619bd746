import { Injectable, Logger } from '@nestjs/common';
import { ConnectionFailedError } from '../../core/connectors/index.js';
import { ConnectorService, type Connector } from '../connectors/index.js';
import type { StorageBackend, StorageConnection } from './contracts/index.js';
import { GuardedBackend } from './guarded-backend.js';
import { LocalStorageBackend } from './local/local-storage.backend.js';
import { STORAGE_CATEGORY } from './storage.category.js';
import { storageFailure } from './storage-failure.js';

/** A backend in use. Whoever opened it closes it, once every stream of it has ended. */
export interface OpenStorage {
  /** `null` is the built-in local filesystem. */
  readonly connectorId: string | null;
  readonly backend: Required<StorageBackend>;
  close(): Promise<void>;
}

/** Where a stored object is. */
export interface StoragePlace {
  readonly organizationId: string;
  readonly connectorId: string | null;
}

/** Chooses the backend of an organization. Never falls back: a connector that fails is a failure. */
@Injectable()
export class StorageRouter {
  private readonly logger = new Logger(StorageRouter.name);

  constructor(
    private readonly connectors: ConnectorService,
    private readonly local: LocalStorageBackend,
  ) {}

  /**
   * For new documents: the active default storage connector, or the built-in filesystem when there is none.
   * @throws ConnectionFailedError when the connector cannot be used.
   */
  async openForWriting(organizationId: string): Promise<OpenStorage> {
    const connector = await this.connectors.getDefaultForCategory(STORAGE_CATEGORY.key, organizationId);
    return connector === null ? this.openLocal() : this.openConnector(connector);
  }

  /**
   * Where something was written, also when that connector is disabled meanwhile.
   * @throws ConnectionFailedError when the connector cannot be used.
   */
  async openWhereWritten(place: StoragePlace): Promise<OpenStorage> {
    if (place.connectorId === null) return this.openLocal();
    const connector = await this.connectors.getById(place.organizationId, place.connectorId);
    if (connector === null) throw new ConnectionFailedError('The storage connector no longer exists');
    return this.openConnector(connector);
  }

  openLocal(): OpenStorage {
    return { connectorId: null, backend: this.local, close: async () => undefined };
  }

  private async openConnector(connector: Connector): Promise<OpenStorage> {
    const connection = await this.connect(connector);
    return {
      connectorId: connector.id,
      backend: new GuardedBackend(connection),
      close: () => this.dispose(connection, connector.id),
    };
  }

  private async connect(connector: Connector): Promise<StorageConnection> {
    try {
      // The registry holds a provider of this category only; its base class makes storage connections.
      return (await this.connectors.instantiateProvider(connector)) as StorageConnection;
    } catch (error) {
      throw storageFailure(error);
    }
  }

  /** A connection that cannot be freed harms nobody's document. */
  private async dispose(connection: StorageConnection, connectorId: string): Promise<void> {
    try {
      await connection.dispose?.();
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      this.logger.warn(`The connection of connector ${connectorId} could not be freed: ${name}`);
    }
  }
}
