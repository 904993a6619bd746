import { ApiProperty } from '@nestjs/swagger';
import type { ParamValueType } from '../connector-param.entity.js';

/** One param as a client sees it. A secret has no `value` member: `is_set` tells whether one is stored. */
export class ConnectorParamResponse {
  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: '`null` only in the answer of a dry run, for a param that is not stored yet.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b23',
  })
  id!: string | null;

  @ApiProperty({ description: 'Dot-notation config key.', example: 'bucket' })
  key!: string;

  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    description: 'Left out for a secret.',
    example: 'acme-documents',
  })
  value?: string | null;

  @ApiProperty({ enum: ['text', 'file'], example: 'text' })
  value_type!: ParamValueType;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Document that a file param reads.',
    example: null,
  })
  file_id!: string | null;

  @ApiProperty({ type: 'integer', description: 'Processing and display order.', example: 10 })
  sequence!: number;

  @ApiProperty({ description: 'Write-only over REST.', example: false })
  is_secret!: boolean;

  @ApiProperty({ example: true })
  is_set!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-24T09:30:00.000Z' })
  updated_at!: string | null;
}
