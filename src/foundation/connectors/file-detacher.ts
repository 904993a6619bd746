import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { Scope } from '../../core/access/index.js';
import type { TransactionContext } from '../../persistence/index.js';
import { ConnectorParam } from './connector-param.entity.js';
import { ConnectorJournal } from './connector-journal.js';
import { Connector } from './connector.entity.js';
import { markConfigChanged } from './connector-updater.js';

/** A document that params may read. */
export interface ReadFile {
  readonly organizationId: string;
  readonly fileId: string;
}

/** Takes a document that is being deleted out of the params that read it. */
@Injectable()
export class FileDetacher {
  constructor(private readonly journal: ConnectorJournal) {}

  /**
   * Connector rows are locked first, in the order of their ids, as every other writer does.
   * @param scope who removes the document, for the audit.
   */
  async detach(tx: TransactionContext, scope: Scope, { organizationId, fileId }: ReadFile): Promise<void> {
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
    for (const connector of connectors) {
      await this.journal.record(tx, scope, connector, {
        action: 'connector.updated',
        event: 'ir.connector.updated',
        changedKeys: params.filter(({ connectorId }) => connectorId === connector.id).map(({ key }) => key),
        facts: { removed_document: fileId },
      });
    }
  }
}
