import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, IsUUID, MaxLength } from 'class-validator';
import { OptionalField } from '../../../core/web/index.js';
import { MAX_TARGET, MAX_TEXT } from '../message-check.js';
import type { MessageDraft } from '../message-content.js';

/** A message to post. What else is refused is found by the service, for siblings in process too. */
export class SendMessageDto {
  @ApiProperty({ minLength: 1, maxLength: MAX_TEXT, example: 'The contract is signed.' })
  @IsString()
  @MaxLength(MAX_TEXT)
  text!: string;

  @ApiPropertyOptional({
    minLength: 1,
    maxLength: MAX_TARGET,
    description: "A channel, chat or number in the service's own words; the connector's channel when left out.",
    example: '#contracts',
  })
  @OptionalField()
  @IsString()
  @MaxLength(MAX_TARGET)
  to?: string;

  @ApiPropertyOptional({
    minLength: 1,
    maxLength: MAX_TARGET,
    description: "The conversation that it answers to, in the service's own words.",
    example: '1764000000.000100',
  })
  @OptionalField()
  @IsString()
  @MaxLength(MAX_TARGET)
  thread_id?: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description: "The session's organization when left out.",
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b21',
  })
  @OptionalField()
  @IsUUID('loose')
  organization_id?: string;

  static toDraft({ text, to, thread_id, organization_id }: SendMessageDto): MessageDraft {
    return {
      text,
      ...(to !== undefined && { to }),
      ...(thread_id !== undefined && { threadId: thread_id }),
      ...(organization_id !== undefined && { organizationId: organization_id.toLowerCase() }),
    };
  }
}
