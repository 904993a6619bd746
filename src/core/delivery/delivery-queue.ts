import { randomUUID } from 'node:crypto';
import { Scope } from '../access/index.js';
import type { AuditLog, Transaction } from '../ports/index.js';
import type { ClaimedDelivery, DeliveryOutcome } from './delivery.js';
import type { DeliveryTable, TransactionSource } from './delivery-table.js';

const MAX_NOTE = 512;
const MAX_REMOTE_ID = 255;
/** Lower than the id of any organization. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

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
  /** The organization whose message this process took last. */
  private served = BEFORE_ALL;

  constructor(
    private readonly table: DeliveryTable,
    private readonly transactions: TransactionSource,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Takes a message of the organization whose turn it is, the one that has been due longest; rows that others are just
   * taking are passed over. Organizations with due messages take turns, so that nobody waits behind another's backlog.
   * @param busy organizations whose messages are left alone for now.
   * @returns `null` when nothing is due.
   */
  async claim(leaseMs: number, busy: readonly string[]): Promise<ClaimedDelivery | null> {
    const lease = { id: randomUUID(), ms: leaseMs };
    const behind = this.served === BEFORE_ALL ? null : await this.claimBehind(this.served, lease, busy);
    const claim = behind ?? (await this.claimBehind(BEFORE_ALL, lease, busy));
    this.served = claim?.organizationId ?? BEFORE_ALL;
    return claim;
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

  /**
   * Hops from organization to organization in the index, and no further than to the first that has something: however
   * many messages wait, one of each is looked at. Only the row that is taken is locked.
   */
  private async claimBehind(
    organizationId: string,
    lease: { readonly id: string; readonly ms: number },
    busy: readonly string[],
  ): Promise<ClaimedDelivery | null> {
    const { name } = this.table;
    const [row] = await this.transactions.run((tx) =>
      tx.query<ClaimedRow>(
        `UPDATE ${name} SET
           status = 'sending', lease_id = $1, due_at = now() + make_interval(secs => $2),
           attempts = attempts + CASE status WHEN 'queued' THEN 1 ELSE 0 END,
           interruptions = interruptions + CASE status WHEN 'sending' THEN 1 ELSE 0 END
         WHERE id = (
           WITH RECURSIVE turn AS (
             (${firstBehind(name, '$4')})
             UNION ALL
             SELECT next.* FROM turn CROSS JOIN LATERAL (${firstBehind(name, 'turn.organization_id')}) next)
           SELECT oldest.id FROM turn CROSS JOIN LATERAL (
             SELECT id FROM ${name} WHERE organization_id = turn.organization_id AND due_at <= now()
             ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) oldest
           WHERE turn.due_at <= now() AND turn.organization_id <> ALL ($3::uuid[])
           LIMIT 1)
         RETURNING id, organization_id, attempts, interruptions, created_at, envelope, body`,
        [lease.id, lease.ms / 1000, [...busy], organizationId],
      ),
    );
    return row === undefined ? null : claimedOf(row, lease.id);
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

/** The next organization that has messages waiting, and when the first of them is due. @param organizationId in SQL. */
function firstBehind(table: string, organizationId: string): string {
  return `SELECT organization_id, due_at FROM ${table} WHERE due_at IS NOT NULL AND organization_id > ${organizationId}
    ORDER BY organization_id, due_at LIMIT 1`;
}

function claimedOf(row: ClaimedRow, leaseId: string): ClaimedDelivery {
  const { id, attempts, interruptions, envelope, body } = row;
  const { organization_id: organizationId, created_at: createdAt } = row;
  return { id, organizationId, attempts, interruptions, leaseId, createdAt, envelope, body };
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
