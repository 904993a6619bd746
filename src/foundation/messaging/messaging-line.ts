import { Injectable } from '@nestjs/common';
import { KeyRing } from '../../core/crypto/index.js';
import {
  ContentSeal,
  Courier,
  DeliveryQueue,
  type ClaimedDelivery,
  type DeliveryLine,
  type DeliveryReceipt,
  type OpenDelivery,
} from '../../core/delivery/index.js';
import { AuditLog } from '../../core/ports/index.js';
import { TransactionRunner } from '../../persistence/index.js';
import type { MessagingConnection } from './contracts/index.js';
import type { MessageBody, MessageEnvelope } from './message-content.js';
import { MessagingRouter } from './messaging-router.js';
import { MESSAGING_KIND, MESSAGING_TABLE } from './messaging-table.js';

/** How messages are sent. */
@Injectable()
export class MessagingLine implements DeliveryLine {
  readonly kind = MESSAGING_KIND;
  readonly queue: DeliveryQueue;
  private readonly courier: Courier<MessagingConnection, MessageEnvelope, MessageBody>;

  constructor(transactions: TransactionRunner, audit: AuditLog, keys: KeyRing, router: MessagingRouter) {
    this.queue = new DeliveryQueue(MESSAGING_TABLE, transactions, audit);
    const seal = new ContentSeal(keys, MESSAGING_TABLE.name);
    this.courier = new Courier({ router, queue: this.queue, seal, handOver });
  }

  deliver(claim: ClaimedDelivery, signal: AbortSignal): Promise<DeliveryReceipt> {
    return this.courier.deliver(claim, signal);
  }
}

async function handOver(
  connection: MessagingConnection,
  { id, createdAt: date, envelope, body }: OpenDelivery<MessageEnvelope, MessageBody>,
  signal: AbortSignal,
): Promise<DeliveryReceipt> {
  const { remoteId } = await connection.sendMessage({ id, date, ...body, ...envelope }, { signal });
  return { remoteId, note: null };
}
