import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsUUID } from 'class-validator';
import { OptionalField, PageQuery } from '../web/index.js';
import { DELIVERY_STATUSES, type DeliveryStatus } from './delivery.js';
import type { DeliveryListRequest } from './outbox.js';

/** Filters of a list of messages. */
export class DeliveryListQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid', description: "The session's organization when left out." })
  @OptionalField()
  @IsUUID('loose')
  organization_id?: string;

  @ApiPropertyOptional({ enum: DELIVERY_STATUSES })
  @OptionalField()
  @IsIn(DELIVERY_STATUSES)
  status?: DeliveryStatus;

  static toRequest({ organization_id, status, limit, cursor }: DeliveryListQuery): DeliveryListRequest {
    return {
      limit,
      ...(cursor !== undefined && { cursor }),
      ...(status !== undefined && { status }),
      ...(organization_id !== undefined && { organizationId: organization_id.toLowerCase() }),
    };
  }
}
