import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsISO8601, IsOptional, IsUUID, Matches } from 'class-validator';
import type { TokenScope } from '../../../core/access/index.js';
import { OptionalField } from '../../../core/web/index.js';
import { IsDisplayName } from '../../base/index.js';

export const TOKEN_SCOPES: readonly TokenScope[] = ['read', 'write', 'send', 'secrets:read', 'admin'];
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

export class CreateTokenDto {
  @ApiProperty({ minLength: 1, maxLength: 255, example: 'Nightly import' })
  @IsDisplayName()
  name!: string;

  @ApiPropertyOptional({
    enum: TOKEN_SCOPES,
    isArray: true,
    description:
      'Default: all that the user may in the organization, without `secrets:read`. That one needs an admin of the organization who has confirmed his password within five minutes.',
    example: ['read', 'write'],
  })
  @OptionalField()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(TOKEN_SCOPES, { each: true, message: `must be of ${TOKEN_SCOPES.join(', ')}` })
  scopes?: TokenScope[];

  @ApiPropertyOptional({
    format: 'uuid',
    description: "The token works in this organization only. Default: the session's.",
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10',
  })
  @OptionalField()
  @IsUUID('loose')
  organization_id?: string;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Never, when it is `null` or left out.',
    example: '2027-11-24T00:00:00.000Z',
  })
  @IsOptional()
  @Matches(DATE_TIME, { message: 'must be a date and time with a time zone' })
  @IsISO8601({ strict: true }, { message: 'must be a date and time with a time zone' })
  expires_at?: string | null;
}
