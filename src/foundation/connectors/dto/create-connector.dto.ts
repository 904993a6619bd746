import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { OptionalField } from '../../../core/web/index.js';
import type { JsonObject } from '../../../core/connectors/index.js';
import { MAX_PARAMS } from '../param-plan.js';
import { ParamEntryDto } from './param-entry.dto.js';

/** Control characters would break log lines and headers that show the name. */
export const NO_CONTROL_CHARACTERS = /^\P{Cc}*$/u;
const KEY = /^[a-z][a-z0-9_]{0,63}$/;

export class CreateConnectorDto {
  @ApiProperty({ minLength: 1, maxLength: 255, example: "Acme's bucket" })
  @IsString()
  @Length(1, 255)
  @Matches(NO_CONTROL_CHARACTERS, { message: 'must not hold control characters' })
  name!: string;

  @ApiProperty({ description: 'A registered category.', pattern: KEY.source, example: 'storage' })
  @IsString()
  @Matches(KEY, { message: 'must be lower case letters, digits and _' })
  category!: string;

  @ApiProperty({
    description: 'A provider type registered in the category.',
    pattern: KEY.source,
    example: 's3_compatible',
  })
  @IsString()
  @Matches(KEY, { message: 'must be lower case letters, digits and _' })
  provider_type!: string;

  @ApiProperty({
    format: 'uuid',
    required: false,
    description: "The session's organization when left out.",
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b21',
  })
  @OptionalField()
  @IsUUID()
  organization_id?: string;

  @ApiProperty({ required: false, description: 'Takes the default from the present one.', example: false })
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
    description: 'Legacy config, written whole; used only while there are no params. Never answered back.',
    example: null,
  })
  @IsOptional()
  @IsObject()
  config?: JsonObject | null;
}
