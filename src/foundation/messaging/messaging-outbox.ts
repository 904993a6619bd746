import { Injectable } from '@nestjs/common';
import { KeyRing } from '../../core/crypto/index.js';
import { ContentSeal, DeliveryDispatcher, Outbox } from '../../core/delivery/index.js';
import { AuditLog } from '../../core/ports/index.js';
import { TransactionRunner } from '../../persistence/index.js';
import { MESSAGING_KIND, MESSAGING_TABLE } from './messaging-table.js';

/** Accepted messages. */
@Injectable()
export class MessagingOutbox extends Outbox {
  constructor(transactions: TransactionRunner, audit: AuditLog, keys: KeyRing, dispatcher: DeliveryDispatcher) {
    const seal = new ContentSeal(keys, MESSAGING_TABLE.name);
    super({ kind: MESSAGING_KIND, table: MESSAGING_TABLE, transactions, audit, seal, dispatcher });
  }
}
