import { Injectable } from '@nestjs/common';
import { newId, TransactionRunner } from '../../persistence/index.js';

/** Longer than a test may take. */
const SLOT_SECONDS = 15;

export interface SlotLimits {
  readonly ofOrganization: number;
  readonly inAll: number;
}

/** Counts the connection tests that run, over all processes. */
@Injectable()
export class TestSlots {
  constructor(private readonly transactions: TransactionRunner) {}

  /** @returns what to give back; `null` when so many tests are running as the limits allow. */
  async take(organizationId: string, limits: SlotLimits): Promise<string | null> {
    // Alone: a slot is taken whether or not the request that needs it comes to its end.
    return this.transactions.alone(() =>
      this.transactions.run(async (tx) => {
        // Two who count at once would both find the last place free.
        await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('ir.connector.test', 0))`);
        await tx.query('DELETE FROM ir_connector_test_slot WHERE expires_at < clock_timestamp()');
        const [slot] = await tx.query<{ id: string }>(
          `INSERT INTO ir_connector_test_slot (id, organization_id, expires_at)
           SELECT $2, $1, clock_timestamp() + interval '${SLOT_SECONDS} seconds'
           FROM (SELECT count(*) FILTER (WHERE organization_id = $1) AS mine, count(*) AS total
                 FROM ir_connector_test_slot) AS running
           WHERE mine < $3 AND total < $4 RETURNING id`,
          [organizationId, newId(), limits.ofOrganization, limits.inAll],
        );
        return slot?.id ?? null;
      }),
    );
  }

  /** Best effort: a slot that is not given back ends by itself. */
  async giveBack(slot: string): Promise<void> {
    await this.transactions
      .alone(() => this.transactions.run((tx) => tx.query('DELETE FROM ir_connector_test_slot WHERE id = $1', [slot])))
      .catch(() => undefined);
  }
}
