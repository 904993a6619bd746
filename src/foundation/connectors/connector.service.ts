import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { ConnectorRegistry, type ConnectorConnection, type RegisteredProvider } from '../../core/connectors/index.js';
import type { TransactionContext } from '../../persistence/index.js';
import { ConnectionFactory } from './connection-factory.js';
import type { Connector } from './connector.entity.js';
import { ConnectorStore } from './connector-store.js';
import { ConnectorTester, type TestedConnector } from './connector-tester.js';
import { FileDetacher, type ReadFile } from './file-detacher.js';
import type { TestOptions } from './test-runner.js';

/** What sibling modules use of connectors: routing, connections, tests. Stateless. */
@Injectable()
export class ConnectorService {
  constructor(
    private readonly registry: ConnectorRegistry,
    private readonly store: ConnectorStore,
    private readonly factory: ConnectionFactory,
    private readonly tester: ConnectorTester,
    private readonly detacher: FileDetacher,
  ) {}

  /**
   * Tests a record against its service and stores the outcome on it.
   * @throws RecordNotFoundError, ProviderUnavailableError, TooManyRequestsError.
   */
  async testConnection(scope: Scope, id: string, options: Partial<TestOptions> = {}): Promise<TestedConnector> {
    return this.tester.test(scope, id, { isDeep: options.isDeep ?? false, send: options.send ?? null });
  }

  /**
   * The connection of a record; the caller disposes it.
   * @throws ConnectionFailedError when the provider is not available, ConnectorConfigError when the config is incomplete.
   */
  async instantiateProvider(record: Connector): Promise<ConnectorConnection> {
    return this.factory.open(record);
  }

  /** A text of a connection that `instantiateProvider` made, without the secrets that the connection was given. */
  scrub(connection: ConnectorConnection, text: string): string {
    return this.factory.scrub(connection, text);
  }

  /** The active default, default and enabled, of a category and organization; `null` when there is none. */
  async getDefaultForCategory(category: string, organizationId: string): Promise<Connector | null> {
    return this.store.findRouting(category, organizationId);
  }

  /** A record of an organization, whatever its state: documents are read from where they were written. */
  async getById(organizationId: string, id: string): Promise<Connector | null> {
    return this.store.findInOrganization(organizationId, id);
  }

  /** Registered providers of one category, or of all. */
  listAvailableProviderTypes(category?: string): RegisteredProvider[] {
    const keys = category === undefined ? this.registry.categories().map(({ key }) => key) : [category];
    return keys.flatMap((key) => this.registry.listForCategory(key));
  }

  /** A document is being deleted: params that read it lose it, and their connectors go back to draft. */
  async detachFile(tx: TransactionContext, scope: Scope, file: ReadFile): Promise<void> {
    await this.detacher.detach(tx, scope, file);
  }
}
