import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsUUID, Max, Min } from 'class-validator';
import { OptionalField, QueryBoolean, QueryInteger } from '../../../core/web/index.js';
import type { TrailOwner } from '../audit.service.js';

/** Whose trail. */
export class TrailQuery {
  @ApiPropertyOptional({
    format: 'uuid',
    description: "The session's organization when left out.",
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10',
  })
  @OptionalField()
  @IsUUID('loose')
  organization_id?: string;

  @ApiPropertyOptional({
    description: 'The trail of the instance: sign-ins, users, keys, egress. Needs an instance admin.',
    example: false,
  })
  @OptionalField()
  @QueryBoolean()
  @IsBoolean()
  instance?: boolean;

  static ownerOf({ organization_id, instance }: TrailQuery): TrailOwner {
    return { isInstance: instance ?? false, ...(organization_id !== undefined && { organizationId: organization_id }) };
  }
}

export class VerificationQuery extends TrailQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    description: '`next_after` of the answer before; left out, the check begins with the first event.',
    example: 20000,
  })
  @OptionalField()
  @QueryInteger()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  after?: number;
}
