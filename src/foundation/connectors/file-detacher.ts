import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { TransactionContext } from '../../persistence/index.js';
import { ConnectorParam } from './connector-param.entity.js';
import { Connector } from './connector.entity.js';
import { markConfigChanged } from './connector-updater.js';

/** Takes a document that is being deleted out of the params that read it. */
@Injectable()
export class FileDetacher {
  /** Connector rows are locked first, in the order of their ids, as every other writer does. */
  async detach(tx: TransactionContext, organizationId: string, fileId: string): Promise<void> {
    const found = await tx.manager.findBy(ConnectorParam, { organizationId, fileId });
    if (found.length === 0) return;
    const locked = await tx.manager.find(Connector, {
      where: { organizationId, id: In(found.map(({ connectorId }) => connectorId)) },
      order: { id: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    // Whoever had the lock before may have given a param another value.
    const params = await tx.manager.findBy(ConnectorParam, {
      organizationId,
      fileId,
      connectorId: In(locked.map(({ id }) => id)),
    });
    const connectors = locked.filter(({ id }) => params.some(({ connectorId }) => connectorId === id));
    const now = new Date();
    for (const param of params) {
      param.fileId = null;
      param.updatedAt = now;
    }
    for (const connector of connectors) {
      markConfigChanged(connector);
      connector.version += 1;
      connector.updatedAt = now;
    }
    await tx.manager.save(params);
    await tx.manager.save(connectors);
  }
}
