import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { In } from 'typeorm';
import type { Scope } from '../../core/access/index.js';
import { ENVELOPE_HEADER_BYTES } from '../../core/crypto/index.js';
import { RecordNotFoundError } from '../../core/errors/index.js';
import type { TransactionContext } from '../../persistence/index.js';
import { ConnectorParam } from './connector-param.entity.js';
import { Connector } from './connector.entity.js';

/** A connector and its params in sequence order. */
export interface LoadedConnector {
  readonly connector: Connector;
  readonly params: readonly ConnectorParam[];
}

/** The reads that everything else stands on; each checks that the record is the caller's. */
@Injectable()
export class ConnectorStore {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @throws RecordNotFoundError for an unknown id and for one of a foreign organization alike. */
  async find(scope: Scope, id: string): Promise<Connector> {
    return scope.requireRecord(await this.dataSource.manager.findOneBy(Connector, { id }));
  }

  /** @throws RecordNotFoundError as {@link find}. */
  async load(scope: Scope, id: string): Promise<LoadedConnector> {
    return this.withParams(await this.find(scope, id));
  }

  async withParams(connector: Connector, manager: EntityManager = this.dataSource.manager): Promise<LoadedConnector> {
    return { connector, params: await this.paramsOf(manager, [connector.id]) };
  }

  /** Params of many connectors by one query, in sequence order, ties by id. */
  async paramsOf(manager: EntityManager, connectorIds: readonly string[]): Promise<ConnectorParam[]> {
    if (connectorIds.length === 0) return [];
    return manager.find(ConnectorParam, {
      where: { connectorId: In(connectorIds) },
      order: { sequence: 'ASC', id: 'ASC' },
    });
  }

  /** What the values of a connector's params begin with, each once: all that tells their keys. */
  async valueHeaders(id: string): Promise<Buffer[]> {
    const rows = await this.dataSource.query<{ header: Buffer }[]>(
      `SELECT DISTINCT substring(value FROM 1 FOR ${ENVELOPE_HEADER_BYTES}) AS header FROM ir_connector_param
       WHERE connector_id = $1 AND value IS NOT NULL`,
      [id],
    );
    return rows.map(({ header }) => header);
  }

  /** For sibling modules: the record of an organization, whatever its state; `null` when there is none. */
  async findInOrganization(organizationId: string, id: string): Promise<Connector | null> {
    return this.dataSource.manager.findOneBy(Connector, { id, organizationId });
  }

  /** The active default: default and enabled. A disabled default counts as none. */
  async findRouting(category: string, organizationId: string): Promise<Connector | null> {
    return this.dataSource.manager.findOneBy(Connector, { category, organizationId, isDefault: true, isEnabled: true });
  }

  /** The active defaults of all categories of an organization. */
  async findAllRouting(organizationId: string): Promise<Connector[]> {
    return this.dataSource.manager.findBy(Connector, { organizationId, isDefault: true, isEnabled: true });
  }

  /**
   * Locks the row until the end of the transaction. Where the default may move, take the default's lock first.
   * @throws RecordNotFoundError when it was deleted meanwhile.
   */
  async lock(tx: TransactionContext, id: string): Promise<Connector> {
    const connector = await tx.manager.findOne(Connector, { where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!connector) throw new RecordNotFoundError();
    return connector;
  }
}
