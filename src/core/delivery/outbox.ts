import { v7 } from 'uuid';
import type { Scope } from '../access/index.js';
import { SecretUnreadableError } from '../crypto/index.js';
import type { AuditLog, Transaction } from '../ports/index.js';
import { decodeCursor, encodeCursor } from '../web/index.js';
import type { Delivery, DeliveryStatus, SealedDelivery } from './delivery.js';
import type { DeliveryDispatcher } from './delivery-dispatcher.js';
import type { DeliveryWay } from './delivery-router.js';
import {
  DELIVERY_COLUMNS,
  deliveryOf,
  sealedDeliveryOf,
  type DeliveryRow,
  type DeliveryTable,
  type SealedRow,
  type TransactionSource,
} from './delivery-table.js';
import type { ContentSeal } from './content-seal.js';

/** A message that is about to be accepted. */
export interface DeliveryDraft {
  readonly organizationId: string;
  /** JSON values; stored as ciphertext. */
  readonly envelope: object;
  readonly body: object;
  readonly way: DeliveryWay;
  /** Safe facts for the audit row: counts. */
  readonly facts: Readonly<Record<string, number>>;
  /** Writes what belongs to the message beside its row, in the same transaction. */
  readonly attach?: (tx: Transaction, id: string) => Promise<void>;
}

export interface DeliveryListRequest {
  /** Default: the scope's own. */
  readonly organizationId?: string;
  readonly status?: DeliveryStatus;
  readonly limit: number;
  readonly cursor?: string;
}

/** A delivery as a list shows it: without its body. */
export type ListedDelivery = Omit<SealedDelivery, 'body'>;

export interface DeliveryPage {
  readonly items: readonly ListedDelivery[];
  readonly nextCursor: string | null;
}

export interface OutboxParts {
  readonly table: DeliveryTable;
  readonly transactions: TransactionSource;
  readonly audit: AuditLog;
  readonly seal: ContentSeal;
  readonly dispatcher: DeliveryDispatcher;
  /** Of the line that sends these messages. */
  readonly kind: string;
}

/** The callers' side of a table of messages: accepting and reading them. */
export class Outbox {
  constructor(private readonly parts: OutboxParts) {}

  /**
   * Stores a message and has it sent. Once this resolves the message is safe: it survives the process.
   * @throws SealedError, DatabaseUnavailableError, and what `attach` throws.
   */
  async accept(scope: Scope, draft: DeliveryDraft): Promise<Delivery> {
    const { transactions, seal, dispatcher, kind } = this.parts;
    const owner = { organizationId: draft.organizationId, id: v7() };
    const envelope = await seal.close(owner, 'envelope', draft.envelope);
    const body = await seal.close(owner, 'body', draft.body);
    const accepted = await transactions.run(async (tx) => {
      const row = await this.insert(tx, scope, { draft, id: owner.id, envelope, body });
      await draft.attach?.(tx, owner.id);
      await this.record(tx, scope, owner.id, draft);
      return deliveryOf(row);
    });
    dispatcher.wake(kind);
    return accepted;
  }

  /** @throws RecordNotFoundError for an unknown id and for one of a foreign organization alike. */
  async find(scope: Scope, id: string): Promise<SealedDelivery> {
    const [row] = await this.parts.transactions.run((tx) =>
      tx.query<SealedRow>(`SELECT ${DELIVERY_COLUMNS}, envelope, body FROM ${this.parts.table.name} WHERE id = $1`, [
        id,
      ]),
    );
    return scope.requireRecord(row && sealedDeliveryOf(row));
  }

  /**
   * Newest first.
   * @throws RecordNotFoundError for a foreign organization, InvalidInputError for a cursor of another list.
   */
  async list(scope: Scope, request: DeliveryListRequest): Promise<DeliveryPage> {
    const organizationId = request.organizationId ?? scope.organizationId;
    if (organizationId === null) return { items: [], nextCursor: null };
    scope.requireReach(organizationId);
    const status = request.status ?? null;
    const shape = JSON.stringify([this.parts.table.name, '-created_at', organizationId, status]);
    const after = request.cursor === undefined ? null : decodeCursor(shape, request.cursor, ['timestamp', 'uuid']);
    const rows = await this.page([organizationId, request.limit + 1], status, after);
    const items = rows.slice(0, request.limit).map((row) => ({ ...deliveryOf(row), envelope: row.envelope }));
    const last = items.at(-1);
    const hasMore = rows.length > request.limit && last !== undefined;
    return { items, nextCursor: hasMore ? encodeCursor(shape, [last.createdAt.toISOString(), last.id]) : null };
  }

  /** @throws SealedError, SecretUnreadableError. */
  async openEnvelope<Envelope extends object>(delivery: ListedDelivery): Promise<Envelope> {
    return this.parts.seal.open<Envelope>(delivery, 'envelope', delivery.envelope);
  }

  /** The same for a list, which one damaged row must not make unreadable. @returns `null` for such a row. @throws SealedError. */
  async openEnvelopeIfReadable<Envelope extends object>(delivery: ListedDelivery): Promise<Envelope | null> {
    try {
      return await this.openEnvelope<Envelope>(delivery);
    } catch (error) {
      if (error instanceof SecretUnreadableError) return null;
      throw error;
    }
  }

  /** @throws SealedError, SecretUnreadableError. */
  async openBody<Body extends object>(delivery: SealedDelivery): Promise<Body> {
    return this.parts.seal.open<Body>(delivery, 'body', delivery.body);
  }

  private async page(
    parameters: unknown[],
    status: DeliveryStatus | null,
    after: readonly unknown[] | null,
  ): Promise<Omit<SealedRow, 'body'>[]> {
    const conditions = ['organization_id = $1'];
    if (status !== null) conditions.push(`status = $${parameters.push(status)}`);
    if (after !== null)
      conditions.push(`(created_at, id) < ($${parameters.push(after[0])}, $${parameters.push(after[1])})`);
    return this.parts.transactions.run((tx) =>
      tx.query(
        `SELECT ${DELIVERY_COLUMNS}, envelope FROM ${this.parts.table.name}
         WHERE ${conditions.join(' AND ')} ORDER BY created_at DESC, id DESC LIMIT $2`,
        parameters,
      ),
    );
  }

  private async insert(
    tx: Transaction,
    scope: Scope,
    { draft, id, envelope, body }: { draft: DeliveryDraft; id: string; envelope: Buffer; body: Buffer },
  ): Promise<DeliveryRow> {
    const { way, organizationId } = draft;
    const rows = await tx.query<DeliveryRow>(
      `INSERT INTO ${this.parts.table.name}
         (id, organization_id, envelope, body, status, connector_id, provider_type, due_at, created_by, created_at)
       VALUES ($1, $2, $3, $4, 'queued', (SELECT id FROM ir_connector WHERE id = $5 FOR KEY SHARE), $6, now(), $7, now())
       RETURNING ${DELIVERY_COLUMNS}`,
      [id, organizationId, envelope, body, way.connectorId, way.providerType, scope.actor.userId],
    );
    return rows[0] as DeliveryRow;
  }

  private async record(tx: Transaction, scope: Scope, id: string, draft: DeliveryDraft): Promise<void> {
    const { table, audit } = this.parts;
    await audit.write(tx, scope, {
      organizationId: draft.organizationId,
      action: `${table.action}.queued`,
      recordType: table.recordType,
      recordId: id,
      facts: { ...draft.facts, connector_id: draft.way.connectorId },
    });
  }
}
