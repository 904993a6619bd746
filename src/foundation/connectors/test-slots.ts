import { Injectable } from '@nestjs/common';
import { newId, TransactionRunner } from '../../persistence/index.js';

/** Longer than a test may take. */
const SLOT_SECONDS = 15;

/** Counts the running connection tests of an organization over all processes. */
@Injectable()
export class TestSlots {
  constructor(private readonly transactions: TransactionRunner) {}

  /** @returns what to give back; `null` when `limit` tests of the organization are running. */
  async take(organizationId: string, limit: number): Promise<string | null> {
    return this.transactions.run(async (tx) => {
      // Two who count at once would both find the last place free.
      await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`ir.connector.test:${organizationId}`]);
      await tx.query(
        'DELETE FROM ir_connector_test_slot WHERE organization_id = $1 AND expires_at < clock_timestamp()',
        [organizationId],
      );
      const [slot] = await tx.query<{ id: string }>(
        `INSERT INTO ir_connector_test_slot (id, organization_id, expires_at)
         SELECT $2, $1, clock_timestamp() + interval '${SLOT_SECONDS} seconds'
         WHERE (SELECT count(*) FROM ir_connector_test_slot WHERE organization_id = $1) < $3 RETURNING id`,
        [organizationId, newId(), limit],
      );
      return slot?.id ?? null;
    });
  }

  /** Best effort: a slot that is not given back ends by itself. */
  async giveBack(slot: string): Promise<void> {
    await this.transactions
      .run((tx) => tx.query('DELETE FROM ir_connector_test_slot WHERE id = $1', [slot]))
      .catch(() => undefined);
  }
}
