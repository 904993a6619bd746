import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsObject, IsString, MaxLength } from 'class-validator';
import type { JsonObject } from '../../../core/connectors/index.js';
import { OptionalField } from '../../../core/web/index.js';

/** The vendor's JSON, or its file. Exactly one of `json_data` and `file_content`. */
export class ImportConfigDto {
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: { installed: { client_id: 'x', redirect_uris: ['https://ede.example.com/callback'] } },
  })
  @OptionalField()
  @IsObject()
  json_data?: JsonObject;

  @ApiProperty({
    required: false,
    format: 'byte',
    description: 'The JSON file as base64.',
    example: 'eyJidWNrZXQiOiJhY21lIn0=',
  })
  @OptionalField()
  @IsString()
  file_content?: string;

  @ApiProperty({ required: false, maxLength: 255, example: 'client_secret.json' })
  @OptionalField()
  @IsString()
  @MaxLength(255)
  file_name?: string;

  @ApiProperty({ required: false, maxLength: 255, example: 'application/json' })
  @OptionalField()
  @IsString()
  @MaxLength(255)
  file_mime?: string;

  @ApiProperty({ enum: ['replace', 'merge'], required: false, default: 'replace', example: 'replace' })
  @OptionalField()
  @IsIn(['replace', 'merge'])
  mode?: 'replace' | 'merge';

  @ApiProperty({
    required: false,
    default: false,
    description: 'Tells what would be done and does nothing.',
    example: false,
  })
  @OptionalField()
  @IsBoolean()
  dry_run?: boolean;
}
