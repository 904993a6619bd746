import { Injectable } from '@nestjs/common';
import { KeyRing } from '../../core/crypto/index.js';
import { ContentSeal, DeliveryDispatcher, Outbox } from '../../core/delivery/index.js';
import { AuditLog } from '../../core/ports/index.js';
import { TransactionRunner } from '../../persistence/index.js';
import { EMAIL_KIND, EMAIL_TABLE } from './email-table.js';

/** Accepted mails. */
@Injectable()
export class EmailOutbox extends Outbox {
  constructor(transactions: TransactionRunner, audit: AuditLog, keys: KeyRing, dispatcher: DeliveryDispatcher) {
    const seal = new ContentSeal(keys, EMAIL_TABLE.name);
    super({ kind: EMAIL_KIND, table: EMAIL_TABLE, transactions, audit, seal, dispatcher });
  }
}
