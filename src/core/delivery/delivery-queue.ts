import { randomUUID } from 'node:crypto';
import { Scope } from '../access/index.js';
import type { AuditLog, Transaction } from '../ports/index.js';
import type { ClaimedDelivery, DeliveryOutcome } from './delivery.js';
import type { DeliveryTable, TransactionSource } from './delivery-table.js';

const MAX_NOTE = 512;
const MAX_REMOTE_ID = 255;

interface ClaimedRow {
  readonly id: string;
  readonly organization_id: string;
  readonly attempts: number;
  readonly interruptions: number;
  readonly created_at: Date;
  readonly envelope: Buffer;
  readonly body: Buffer;
}

interface Settled {
  readonly status: 'queued' | 'sent' | 'failed';
  readonly note: string | null;
  readonly remoteId: string | null;
  /** `null` for a final status. */
  readonly delayMs: number | null;
  readonly isCounted: boolean;
}

/**
 * The workers' side of a table of messages: claiming, holding and settling rows, each in a short transaction of its
 * own. A row is one worker's until `due_at`; whoever finds it due later takes it over, and the former owner's
 * statements then hit nothing, because they name their lease.
 */
export class DeliveryQueue {
  constructor(
    private readonly table: DeliveryTable,
    private readonly transactions: TransactionSource,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Takes the message that has been due longest; rows that others are just taking are passed over.
   * @param busy organizations whose messages are left alone for now.
   * @returns `null` when nothing is due.
   */
  async claim(leaseMs: number, busy: readonly string[]): Promise<ClaimedDelivery | null> {
    const leaseId = randomUUID();
    const [row] = await this.transactions.run((tx) =>
      tx.query<ClaimedRow>(
        `UPDATE ${this.table.name} SET
           status = 'sending', lease_id = $1, due_at = now() + make_interval(secs => $2),
           attempts = attempts + CASE status WHEN 'queued' THEN 1 ELSE 0 END,
           interruptions = interruptions + CASE status WHEN 'sending' THEN 1 ELSE 0 END
         WHERE id = (SELECT id FROM ${this.table.name}
                     WHERE due_at <= now() AND organization_id <> ALL ($3::uuid[])
                     ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id, organization_id, attempts, interruptions, created_at, envelope, body`,
        [leaseId, leaseMs / 1000, [...busy]],
      ),
    );
    if (row === undefined) return null;
    const { id, attempts, interruptions, envelope, body } = row;
    const { organization_id: organizationId, created_at: createdAt } = row;
    return { id, organizationId, attempts, interruptions, leaseId, createdAt, envelope, body };
  }

  /** Renews the lease. @returns whether the message is still the worker's. */
  async keep(claim: ClaimedDelivery, leaseMs: number): Promise<boolean> {
    const rows = await this.transactions.run((tx) =>
      tx.query(
        `UPDATE ${this.table.name} SET due_at = now() + make_interval(secs => $3)
         WHERE id = $1 AND lease_id = $2 RETURNING id`,
        [claim.id, claim.leaseId, leaseMs / 1000],
      ),
    );
    return rows.length === 1;
  }

  /**
   * Writes down which way the attempt takes. A connector that was deleted meanwhile leaves its provider's name.
   * @returns whether the message is still the worker's.
   */
  async route(
    claim: ClaimedDelivery,
    way: { readonly connectorId: string | null; readonly providerType: string },
  ): Promise<boolean> {
    const rows = await this.transactions.run((tx) =>
      tx.query(
        `UPDATE ${this.table.name} SET provider_type = $4,
           connector_id = (SELECT id FROM ir_connector WHERE id = $3 FOR KEY SHARE)
         WHERE id = $1 AND lease_id = $2 RETURNING id`,
        [claim.id, claim.leaseId, way.connectorId, way.providerType],
      ),
    );
    return rows.length === 1;
  }

  /**
   * Writes down how an attempt ended, with an audit row when the message's way ends with it.
   * @returns `false` when the message was another worker's by then; nothing is changed.
   */
  async finish(claim: ClaimedDelivery, outcome: DeliveryOutcome): Promise<boolean> {
    const settled = settle(outcome);
    return this.transactions.run(async (tx) => {
      const [row] = await tx.query<{ connector_id: string | null }>(
        `UPDATE ${this.table.name} SET status = $3, lease_id = NULL,
           last_error = CASE WHEN $7 THEN $4 ELSE last_error END, remote_id = $5,
           due_at = now() + make_interval(secs => $6),
           attempts = attempts - CASE WHEN $7 THEN 0 ELSE 1 END,
           finished_at = CASE WHEN $6::float8 IS NULL THEN now() END
         WHERE id = $1 AND lease_id = $2 RETURNING connector_id`,
        [
          claim.id,
          claim.leaseId,
          settled.status,
          settled.note,
          settled.remoteId,
          settled.delayMs === null ? null : settled.delayMs / 1000,
          settled.isCounted,
        ],
      );
      if (row === undefined) return false;
      if (settled.delayMs === null) await this.record(tx, claim, { ...settled, connectorId: row.connector_id });
      return true;
    });
  }

  private async record(
    tx: Transaction,
    claim: ClaimedDelivery,
    { status, connectorId }: Settled & { connectorId: string | null },
  ): Promise<void> {
    await this.audit.write(tx, Scope.system(), {
      organizationId: claim.organizationId,
      action: `${this.table.action}.${status}`,
      ...(status === 'failed' && { result: 'failure' }),
      recordType: this.table.recordType,
      recordId: claim.id,
      facts: { attempts: claim.attempts, connector_id: connectorId },
    });
  }
}

function settle(outcome: DeliveryOutcome): Settled {
  const unset = { note: null, remoteId: null, delayMs: null, isCounted: true };
  switch (outcome.kind) {
    case 'sent':
      return {
        ...unset,
        status: 'sent',
        note: line(outcome.note, MAX_NOTE),
        remoteId: line(outcome.remoteId, MAX_REMOTE_ID),
      };
    case 'failed':
      return { ...unset, status: 'failed', note: line(outcome.reason, MAX_NOTE) };
    case 'retry':
      return { ...unset, status: 'queued', note: line(outcome.reason, MAX_NOTE), delayMs: outcome.delayMs };
    case 'released':
      return { ...unset, status: 'queued', delayMs: outcome.delayMs, isCounted: false };
  }
}

/** One line that any column takes: an outcome that cannot be stored would have the message sent again. */
function line(text: string | null, limit: number): string | null {
  return text === null
    ? null
    : text
        .slice(0, limit)
        .replace(/\p{Cc}/gu, ' ')
        .replace(/\p{Surrogate}/gu, '?');
}
