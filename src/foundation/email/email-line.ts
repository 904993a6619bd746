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
import { AuditLog, DocumentSource } from '../../core/ports/index.js';
import { TransactionRunner } from '../../persistence/index.js';
import { EmailAttachments } from './email-attachments.js';
import type { EmailBody, EmailEnvelope } from './email-content.js';
import { EmailRouter, type EmailSender } from './email-router.js';
import { EMAIL_KIND, EMAIL_TABLE } from './email-table.js';
import { Parcel } from './parcel.js';
import { refusalNote } from './refusal-note.js';

type OpenEmail = OpenDelivery<EmailEnvelope, EmailBody>;

/** How mails are sent. */
@Injectable()
export class EmailLine implements DeliveryLine {
  readonly kind = EMAIL_KIND;
  readonly queue: DeliveryQueue;
  private readonly courier: Courier<EmailSender, EmailEnvelope, EmailBody>;

  constructor(
    transactions: TransactionRunner,
    audit: AuditLog,
    keys: KeyRing,
    router: EmailRouter,
    private readonly attachments: EmailAttachments,
    private readonly documents: DocumentSource,
  ) {
    this.queue = new DeliveryQueue(EMAIL_TABLE, transactions, audit);
    this.courier = new Courier({
      router,
      queue: this.queue,
      seal: new ContentSeal(keys, EMAIL_TABLE.name),
      handOver: (sender, message, signal) => this.handOver(sender, message, signal),
    });
  }

  deliver(claim: ClaimedDelivery, signal: AbortSignal): Promise<DeliveryReceipt> {
    return this.courier.deliver(claim, signal);
  }

  private async handOver(sender: EmailSender, message: OpenEmail, signal: AbortSignal): Promise<DeliveryReceipt> {
    const { id, organizationId, createdAt: date, envelope, body } = message;
    const parcel = new Parcel(this.documents, organizationId, signal);
    try {
      const attachments = (await this.attachments.list(id)).map((attached) => parcel.attachment(attached));
      const sent = await sender.sendMessage({ id, date, ...envelope, ...body, attachments }, { signal });
      return { remoteId: sent.remoteId, note: refusalNote(envelope, sent.rejected) };
    } catch (error) {
      throw parcel.failure ?? error;
    } finally {
      parcel.close();
    }
  }
}
