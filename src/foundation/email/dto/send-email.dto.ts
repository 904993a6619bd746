import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsString, IsUUID, MaxLength } from 'class-validator';
import { OptionalField } from '../../../core/web/index.js';
import { MAX_ATTACHMENTS, MAX_BODY, MAX_RECIPIENTS, MAX_SUBJECT } from '../email-check.js';
import type { EmailDraft } from '../email-content.js';

/** A mail to send. What a header or a limit refuses is found by the service, for siblings in process too. */
export class SendEmailDto {
  @ApiProperty({
    type: [String],
    minItems: 1,
    maxItems: MAX_RECIPIENTS,
    description: `Addresses, each alone or after a name; ${MAX_RECIPIENTS} at most with \`cc\` and \`bcc\`.`,
    example: ['Ada Lovelace <ada@example.com>'],
  })
  @IsArray()
  @ArrayMaxSize(MAX_RECIPIENTS)
  @IsString({ each: true })
  to!: string[];

  @ApiPropertyOptional({ type: [String], maxItems: MAX_RECIPIENTS, example: ['grace@example.com'] })
  @OptionalField()
  @IsArray()
  @ArrayMaxSize(MAX_RECIPIENTS)
  @IsString({ each: true })
  cc?: string[];

  @ApiPropertyOptional({
    type: [String],
    maxItems: MAX_RECIPIENTS,
    description: 'Not seen by the others.',
    example: [],
  })
  @OptionalField()
  @IsArray()
  @ArrayMaxSize(MAX_RECIPIENTS)
  @IsString({ each: true })
  bcc?: string[];

  @ApiProperty({ maxLength: MAX_SUBJECT, description: 'Without control characters.', example: 'Your contract' })
  @IsString()
  @MaxLength(MAX_SUBJECT)
  subject!: string;

  @ApiPropertyOptional({
    maxLength: MAX_BODY,
    description: `Plain text, ${MAX_BODY} bytes at most. At least one of \`text\` and \`html\` is needed.`,
    example: 'Dear Ada, here it is.',
  })
  @OptionalField()
  @IsString()
  text?: string;

  @ApiPropertyOptional({ maxLength: MAX_BODY, example: '<p>Dear Ada, here it is.</p>' })
  @OptionalField()
  @IsString()
  html?: string;

  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    maxItems: MAX_ATTACHMENTS,
    description: 'Ids of documents of the same organization, 50 MiB in all at most.',
    example: ['01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b23'],
  })
  @OptionalField()
  @IsArray()
  @ArrayMaxSize(MAX_ATTACHMENTS)
  @IsUUID('loose', { each: true })
  attachments?: string[];

  @ApiPropertyOptional({
    format: 'uuid',
    description: "The session's organization when left out.",
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b21',
  })
  @OptionalField()
  @IsUUID('loose')
  organization_id?: string;

  static toDraft({ organization_id, ...mail }: SendEmailDto): EmailDraft {
    return { ...mail, ...(organization_id !== undefined && { organizationId: organization_id.toLowerCase() }) };
  }
}
