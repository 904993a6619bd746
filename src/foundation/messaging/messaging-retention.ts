import { Injectable } from '@nestjs/common';
import { Settings } from '../../core/config/index.js';
import { KeyRing } from '../../core/crypto/index.js';
import { DeliveryRetention } from '../../core/delivery/index.js';
import { AuditLog } from '../../core/ports/index.js';
import { TransactionRunner } from '../../persistence/index.js';
import { MESSAGING_TABLE } from './messaging-table.js';

/** How long messages are kept. */
@Injectable()
export class MessagingRetention extends DeliveryRetention {
  constructor(transactions: TransactionRunner, audit: AuditLog, keys: KeyRing, settings: Settings) {
    super({ table: MESSAGING_TABLE, transactions, audit, keys, days: settings.messageRetentionDays });
  }
}
