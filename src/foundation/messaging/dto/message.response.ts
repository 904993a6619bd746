import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DeliveryResponse } from '../../../core/delivery/index.js';
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

  static fromListed(this: void, { delivery, envelope }: ListedMessage): MessageSummary {
    return { ...DeliveryResponse.from(delivery), to: envelope.to, thread_id: envelope.threadId };
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
