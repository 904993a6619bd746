import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { OptionalField, PageQuery } from '../../../core/web/index.js';
import type { DocumentListRequest } from '../documents/document.service.js';

export class DocumentListQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid', description: "The session's organization when left out." })
  @OptionalField()
  @IsUUID()
  organization_id?: string;

  static toRequest({ organization_id, limit, cursor }: DocumentListQuery): DocumentListRequest {
    return {
      limit,
      ...(cursor !== undefined && { cursor }),
      ...(organization_id !== undefined && { organizationId: organization_id.toLowerCase() }),
    };
  }
}
