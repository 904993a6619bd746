import type { Transaction } from '../ports/index.js';
import type { Delivery, DeliveryStatus, SealedDelivery } from './delivery.js';

/** Runs work in a transaction; it may repeat the work. */
export interface TransactionSource {
  run<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

/** A table that has the columns of a delivery, and what audit rows call its records. */
export interface DeliveryTable {
  /** e.g. `email_message`. */
  readonly name: string;
  /** e.g. `email.message`. */
  readonly recordType: string;
  /** Begins the names of audit actions: `email` gives `email.sent`. */
  readonly action: string;
}

/** The columns that tell of a message's way; its content stands beside them. */
export const DELIVERY_COLUMNS = `id, organization_id, status, attempts, last_error, connector_id, provider_type,
  remote_id, due_at, created_at, finished_at`;

export interface DeliveryRow {
  readonly id: string;
  readonly organization_id: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly connector_id: string | null;
  readonly provider_type: string;
  readonly remote_id: string | null;
  /** When a worker may take it: the next attempt of a queued one, the end of the lease of one that is being sent. */
  readonly due_at: Date | null;
  readonly created_at: Date;
  readonly finished_at: Date | null;
}

export interface SealedRow extends DeliveryRow {
  readonly envelope: Buffer;
  readonly body: Buffer;
}

export function deliveryOf(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    organizationId: row.organization_id,
    status: row.status,
    attempts: row.attempts,
    lastError: row.last_error,
    connectorId: row.connector_id,
    providerType: row.provider_type,
    remoteId: row.remote_id,
    nextAttemptAt: row.status === 'queued' ? row.due_at : null,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

export function sealedDeliveryOf(row: SealedRow): SealedDelivery {
  return { ...deliveryOf(row), envelope: row.envelope, body: row.body };
}
