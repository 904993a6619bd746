import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsString, IsUUID, MaxLength, MinLength } from 'class-validator';
import { OptionalField, PageQuery, QueryBoolean } from '../../../core/web/index.js';
import { CONNECTOR_SORTS, type ConnectorListRequest, type ConnectorSort } from '../connector-list.js';
import type { ConnectorStatus } from '../connector.entity.js';

/** Filters and order of the list; none of them touches a param value. */
export class ConnectorListQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Only this category.', example: 'storage' })
  @OptionalField()
  @IsString()
  @MaxLength(64)
  category?: string;

  @ApiPropertyOptional({ format: 'uuid', description: "The session's organization when left out." })
  @OptionalField()
  @IsUUID()
  organization_id?: string;

  @ApiPropertyOptional({ example: 'aws_s3' })
  @OptionalField()
  @IsString()
  @MaxLength(64)
  provider_type?: string;

  @ApiPropertyOptional({ enum: ['draft', 'connected', 'error'] })
  @OptionalField()
  @IsIn(['draft', 'connected', 'error'])
  status?: ConnectorStatus;

  @ApiPropertyOptional({ type: Boolean })
  @OptionalField()
  @QueryBoolean()
  @IsBoolean()
  is_enabled?: boolean;

  @ApiPropertyOptional({ type: Boolean })
  @OptionalField()
  @QueryBoolean()
  @IsBoolean()
  is_default?: boolean;

  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 255,
    description: 'The name contains it, in any case.',
    example: 'acme',
  })
  @OptionalField()
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  q?: string;

  @ApiPropertyOptional({ enum: CONNECTOR_SORTS, default: '-created_at' })
  @OptionalField()
  @IsIn(CONNECTOR_SORTS)
  sort: ConnectorSort = '-created_at';

  static toRequest(query: ConnectorListQuery): ConnectorListRequest {
    return {
      filter: {
        ...(query.organization_id !== undefined && { organizationId: query.organization_id.toLowerCase() }),
        ...(query.category !== undefined && { category: query.category }),
        ...(query.provider_type !== undefined && { providerType: query.provider_type }),
        ...(query.status !== undefined && { status: query.status }),
        ...(query.is_enabled !== undefined && { isEnabled: query.is_enabled }),
        ...(query.is_default !== undefined && { isDefault: query.is_default }),
        ...(query.q !== undefined && { nameContains: query.q }),
      },
      sort: query.sort,
      limit: query.limit,
      ...(query.cursor !== undefined && { cursor: query.cursor }),
    };
  }
}
