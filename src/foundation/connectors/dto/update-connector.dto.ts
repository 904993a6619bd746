import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Min,
  ValidateNested,
} from 'class-validator';
import { OptionalField } from '../../../core/web/index.js';
import type { JsonObject } from '../../../core/connectors/index.js';
import { MAX_PARAMS } from '../param-plan.js';
import { ConnectorProviderResponse } from './connector.response.js';
import { NO_CONTROL_CHARACTERS } from './create-connector.dto.js';
import { ParamEntryDto } from './param-entry.dto.js';

const READ_ONLY = {
  required: false,
  readOnly: true,
  description: 'Read-only: accepted when equal to what is stored.',
} as const;

/** The writable fields, and the read-only ones so that an answer of GET can be sent back. */
export class UpdateConnectorDto {
  @ApiProperty({ required: false, minLength: 1, maxLength: 255, example: "Acme's bucket" })
  @OptionalField()
  @IsString()
  @Length(1, 255)
  @Matches(NO_CONTROL_CHARACTERS, { message: 'must not hold control characters' })
  name?: string;

  @ApiProperty({ required: false, description: 'true takes the default from the present one.', example: true })
  @OptionalField()
  @IsBoolean()
  is_default?: boolean;

  @ApiProperty({ type: [ParamEntryDto], required: false, maxItems: MAX_PARAMS })
  @OptionalField()
  @IsArray()
  @ArrayMaxSize(MAX_PARAMS)
  @ValidateNested({ each: true })
  @Type(() => ParamEntryDto)
  param_ids?: ParamEntryDto[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'Legacy config, written whole; `null` removes it.',
  })
  @IsOptional()
  @IsObject()
  config?: JsonObject | null;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'When given, a stale one is answered 412.',
    example: 3,
  })
  @OptionalField()
  @IsInt()
  @Min(1)
  version?: number;

  @ApiProperty({ ...READ_ONLY, type: String, format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22' })
  @Allow()
  id?: unknown;
  @ApiProperty({ ...READ_ONLY, type: String, example: 'storage' }) @Allow() category?: unknown;
  @ApiProperty({ ...READ_ONLY, type: String, example: 's3_compatible' }) @Allow() provider_type?: unknown;
  @ApiProperty({ ...READ_ONLY, type: String, format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b21' })
  @Allow()
  organization_id?: unknown;
  @ApiProperty({ ...READ_ONLY, type: Boolean, example: false }) @Allow() is_enabled?: unknown;
  @ApiProperty({ ...READ_ONLY, type: Boolean, example: false }) @Allow() is_routing?: unknown;
  @ApiProperty({ ...READ_ONLY, enum: ['draft', 'connected', 'error'], example: 'draft' }) @Allow() status?: unknown;
  @ApiProperty({ ...READ_ONLY, type: String, nullable: true, example: null }) @Allow() status_message?: unknown;
  @ApiProperty({ ...READ_ONLY, type: String, format: 'date-time', nullable: true, example: null })
  @Allow()
  last_tested_at?: unknown;
  @ApiProperty({ ...READ_ONLY, type: Boolean, example: false }) @Allow() has_legacy_config?: unknown;
  @ApiProperty({ ...READ_ONLY, type: ConnectorProviderResponse }) @Allow() provider?: unknown;
  @ApiProperty({ ...READ_ONLY, type: String, format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  @Allow()
  created_at?: unknown;
  @ApiProperty({ ...READ_ONLY, type: String, format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  @Allow()
  updated_at?: unknown;
}
