import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsString, Matches, MaxLength } from 'class-validator';
import { OptionalField } from '../../../core/web/index.js';
import { SLUG, SLUG_MAX } from '../slug.js';
import { IsDisplayName } from './input-fields.js';

export class CreateOrganizationDto {
  @ApiProperty({ minLength: 1, maxLength: 255, example: 'Acme GmbH' })
  @IsDisplayName()
  name!: string;

  @ApiPropertyOptional({
    maxLength: SLUG_MAX,
    pattern: SLUG.source,
    description: 'Unique. Made from the name when it is left out.',
    example: 'acme',
  })
  @OptionalField()
  @IsString()
  @MaxLength(SLUG_MAX)
  @Matches(SLUG, { message: 'must be lower-case letters and digits, in groups joined by one hyphen' })
  slug?: string;
}

/** The given fields are set. */
export class UpdateOrganizationDto extends PartialType(CreateOrganizationDto, { skipNullProperties: false }) {}
