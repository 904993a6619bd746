import { ApiProperty } from '@nestjs/swagger';
import { Allow, IsBoolean, IsIn, IsInt, IsOptional, IsString, IsUUID, Max, MaxLength, Min } from 'class-validator';
import { OptionalField } from '../../../core/web/index.js';
import type { ParamValueType } from '../connector-param.entity.js';
import type { ParamEntry } from '../param-plan.js';

const MAX_SEQUENCE = 2_147_483_647;
const IGNORED = { required: false, readOnly: true, description: 'Ignored.' } as const;

/** One entry of `param_ids`. Without `value` and `file_id` the stored value is kept. */
export class ParamEntryDto {
  @ApiProperty({ maxLength: 255, description: 'Dot-notation config key.', example: 'bucket' })
  @IsString()
  @MaxLength(255)
  key!: string;

  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    description: 'Stored as given, at most 64 KiB. Leave it out to keep what is stored.',
    example: 'acme-documents',
  })
  @IsOptional()
  @IsString()
  value?: string | null;

  @ApiProperty({ enum: ['text', 'file'], required: false, example: 'text' })
  @OptionalField()
  @IsIn(['text', 'file'])
  value_type?: ParamValueType;

  @ApiProperty({
    type: String,
    format: 'uuid',
    required: false,
    nullable: true,
    description:
      'A document that no other param ever named, and, when it was uploaded as `config`, one of your own: to use a file twice, upload it twice.',
    example: null,
  })
  @IsOptional()
  @IsUUID()
  file_id?: string | null;

  @ApiProperty({ type: 'integer', required: false, description: 'Kept when left out; 10 for a new key.', example: 10 })
  @OptionalField()
  @IsInt()
  @Min(-MAX_SEQUENCE)
  @Max(MAX_SEQUENCE)
  sequence?: number;

  @ApiProperty({
    required: false,
    description: 'May be raised; lowered only for an undeclared key together with a new value.',
    example: false,
  })
  @OptionalField()
  @IsBoolean()
  is_secret?: boolean;

  @ApiProperty({ required: false, description: 'Removes the param.', example: false })
  @OptionalField()
  @IsBoolean()
  clear?: boolean;

  @ApiProperty({ ...IGNORED, type: String, format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b23' })
  @Allow()
  id?: unknown;

  @ApiProperty({ ...IGNORED, type: Boolean, example: true })
  @Allow()
  is_set?: unknown;

  @ApiProperty({ ...IGNORED, type: String, format: 'date-time', nullable: true, example: null })
  @Allow()
  updated_at?: unknown;

  static toEntry(dto: ParamEntryDto): ParamEntry {
    return {
      key: dto.key,
      ...(dto.value !== undefined && { value: dto.value }),
      ...(dto.value_type !== undefined && { valueType: dto.value_type }),
      ...(dto.file_id !== undefined && { fileId: dto.file_id?.toLowerCase() ?? null }),
      ...(dto.sequence !== undefined && { sequence: dto.sequence }),
      ...(dto.is_secret !== undefined && { isSecret: dto.is_secret }),
      ...(dto.clear !== undefined && { clear: dto.clear }),
    };
  }
}
