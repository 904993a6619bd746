import type { Transaction, UsageSource } from '../ports/index.js';
import type { DeliveryTable } from './delivery-table.js';

/** Keeps a connector from being deleted while messages wait for it. Finished ones only lose its name. */
export class DeliveryUsage implements UsageSource {
  /** @param kind e.g. `email_messages`. */
  constructor(
    readonly kind: string,
    private readonly table: DeliveryTable,
  ) {}

  async count(tx: Transaction, organizationId: string, connectorId: string): Promise<number> {
    const [row] = await tx.query<{ count: string }>(
      `SELECT count(*) AS count FROM ${this.table.name}
       WHERE organization_id = $1 AND connector_id = $2 AND status IN ('queued', 'sending')`,
      [organizationId, connectorId],
    );
    return Number(row?.count ?? 0);
  }
}
