import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, Length, Matches, MaxLength } from 'class-validator';
import { ENTRY_FORMS } from '../../../core/egress/index.js';
import { OptionalField } from '../../../core/web/index.js';

export class CreateEgressEntryDto {
  @ApiProperty({
    minLength: 1,
    maxLength: 300,
    description: `${ENTRY_FORMS}. A name stands for whatever it resolves to; a network at least as narrow as /8.`,
    example: 'minio.internal:9000',
  })
  @IsString()
  @Length(1, 300)
  entry!: string;

  @ApiPropertyOptional({ maxLength: 255, description: 'What it is for.', example: 'Object storage in our own network' })
  @OptionalField()
  @IsString()
  @MaxLength(255)
  @Matches(/^[^\p{Cc}]*$/u, { message: 'must have no control characters' })
  comment?: string;
}
