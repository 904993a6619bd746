import { Injectable } from '@nestjs/common';
import type { Scope } from '../../../core/access/index.js';
import type { Transaction, UsageSource, UsedRecord } from '../../../core/ports/index.js';
import type { TransactionContext } from '../../../persistence/index.js';
import { ConnectorService } from '../../connectors/index.js';

/** Tells which documents lie at a connector. Documents only: what is unfinished goes with the connector. */
@Injectable()
export class DocumentUsage implements UsageSource {
  readonly kind = 'documents';

  constructor(private readonly connectors: ConnectorService) {}

  async count(tx: Transaction, organizationId: string, connectorId: string): Promise<number> {
    const [row] = await tx.query<{ count: string }>(
      `SELECT count(*) AS count FROM storage_document
       WHERE organization_id = $1 AND connector_id = $2 AND state = 'stored'`,
      [organizationId, connectorId],
    );
    return Number(row?.count ?? 0);
  }

  /** Drops the records; the bytes stay where they are. Params that read one of them lose it. */
  async forget(tx: Transaction, scope: Scope, { organizationId, id: connectorId }: UsedRecord): Promise<number> {
    const read = await tx.query<{ id: string }>(
      `SELECT id FROM storage_document
       WHERE organization_id = $1 AND connector_id = $2 AND state = 'stored' AND is_config_reference`,
      [organizationId, connectorId],
    );
    // Every transaction is made by the runner, which hands out the richer kind.
    for (const { id: fileId } of read) {
      await this.connectors.detachFile(tx as TransactionContext, scope, { organizationId, fileId });
    }
    const rows = await tx.query(
      `DELETE FROM storage_document WHERE organization_id = $1 AND connector_id = $2 AND state = 'stored' RETURNING id`,
      [organizationId, connectorId],
    );
    return rows.length;
  }
}
