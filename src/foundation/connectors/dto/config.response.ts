import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean } from 'class-validator';
import { OptionalField, QueryBoolean } from '../../../core/web/index.js';

export class ConfigResponse {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Nested; secret leaves are left out unless revealed.',
    example: { bucket: 'acme-documents', region: 'eu-central-1' },
  })
  config!: Record<string, unknown>;

  @ApiProperty({ type: [String], description: 'Keys of the secret leaves.', example: ['secret_key'] })
  secrets!: string[];
}

export class ConfigQuery {
  @ApiProperty({
    required: false,
    default: false,
    description: 'Answers the secrets too; always audited.',
    example: false,
  })
  @OptionalField()
  @QueryBoolean()
  @IsBoolean()
  reveal?: boolean;
}
