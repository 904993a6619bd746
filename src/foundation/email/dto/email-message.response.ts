import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DeliveryResponse, UNREADABLE } from '../../../core/delivery/index.js';
import { PageOf } from '../../../core/web/index.js';
import type { AttachedDocument } from '../email-attachments.js';
import type { ListedEmail, ReadEmail } from '../email.service.js';
import { formatMailbox } from '../mailbox.js';

const FOR_ADMINS = 'Left out for members.';

/** A mail in a list, and all of it that a member sees. */
export class EmailMessageSummary extends DeliveryResponse {
  @ApiProperty({ type: [String], example: ['Ada Lovelace <ada@example.com>'] })
  to!: string[];

  @ApiProperty({ type: [String], example: ['grace@example.com'] })
  cc!: string[];

  @ApiProperty({ example: 'Your contract' })
  subject!: string;

  @ApiProperty({ description: UNREADABLE, example: false })
  is_unreadable!: boolean;

  static fromListed(this: void, { delivery, envelope }: ListedEmail): EmailMessageSummary {
    return {
      ...DeliveryResponse.from(delivery),
      to: envelope?.to.map(formatMailbox) ?? [],
      cc: envelope?.cc.map(formatMailbox) ?? [],
      subject: envelope?.subject ?? '',
      is_unreadable: envelope === null,
    };
  }
}

/** A document as it was when the mail was accepted. */
export class EmailAttachmentResponse {
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: '`null` once the document is deleted.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b23',
  })
  document_id!: string | null;

  @ApiProperty({ example: 'contract.pdf' })
  name!: string;

  @ApiProperty({ example: 'application/pdf' })
  mime!: string;

  @ApiProperty({ type: 'integer', format: 'int64', description: 'Bytes.', example: 48213 })
  size!: number;

  static from(this: void, { documentId, name, mime, size }: AttachedDocument): EmailAttachmentResponse {
    return { document_id: documentId, name, mime, size };
  }
}

/** One mail. */
export class EmailMessageResponse extends EmailMessageSummary {
  @ApiPropertyOptional({ type: [String], description: FOR_ADMINS, example: [] })
  bcc?: string[];

  @ApiPropertyOptional({ type: String, nullable: true, description: FOR_ADMINS, example: 'Dear Ada, here it is.' })
  text?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: FOR_ADMINS, example: null })
  html?: string | null;

  @ApiPropertyOptional({ type: [EmailAttachmentResponse], description: FOR_ADMINS })
  attachments?: EmailAttachmentResponse[];

  static fromRead(this: void, email: ReadEmail): EmailMessageResponse {
    const summary = EmailMessageSummary.fromListed(email);
    if (email.content === null) return summary;
    const { body, attachments } = email.content;
    return {
      ...summary,
      bcc: email.envelope.bcc.map(formatMailbox),
      ...body,
      attachments: attachments.map(EmailAttachmentResponse.from),
    };
  }
}

export class EmailMessagePage extends PageOf(EmailMessageSummary) {}
