import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DeliveryResponse, UNREADABLE } from '../../../core/delivery/index.js';
import { PageOf } from '../../../core/web/index.js';
import type { ListedMessage, ReadMessage } from '../messaging.service.js';

/** A message in a list, and all of it that a member sees. */
export class MessageSummary extends DeliveryResponse {
  @ApiProperty({
    type: String,
    nullable: true,
    description: "`null` is the connector's own channel.",
    example: '#contracts',
  })
  to!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  thread_id!: string | null;

  @ApiProperty({ description: UNREADABLE, example: false })
  is_unreadable!: boolean;

  static fromListed(this: void, { delivery, envelope }: ListedMessage): MessageSummary {
    const { to, threadId } = envelope ?? { to: null, threadId: null };
    return { ...DeliveryResponse.from(delivery), to, thread_id: threadId, is_unreadable: envelope === null };
  }
}

/** One message. */
export class MessageResponse extends MessageSummary {
  @ApiPropertyOptional({ description: 'Left out for members.', example: 'The contract is signed.' })
  text?: string;

  static fromRead(this: void, message: ReadMessage): MessageResponse {
    return { ...MessageSummary.fromListed(message), ...message.body };
  }
}

export class MessagePageResponse extends PageOf(MessageSummary) {}
