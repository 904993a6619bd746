import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsString, IsUUID, Length, Matches } from 'class-validator';
import { AUDIT_RESULTS, type AuditResult } from '../../../core/ports/index.js';
import { OptionalField, PageQuery } from '../../../core/web/index.js';
import type { Filters } from '../audit.service.js';
import { TrailQuery } from './trail.query.js';

const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const DATE_TIME_MESSAGE = { message: 'must be a date and time with a time zone' };
const CONNECTOR = 'ir.connector';

/** Which events; those that pass all given filters. */
export class AuditFilterQuery extends TrailQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Who did it.', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b01' })
  @OptionalField()
  @IsUUID('loose')
  actor_id?: string;

  @ApiPropertyOptional({ maxLength: 128, example: 'connector.updated' })
  @OptionalField()
  @IsString()
  @Length(1, 128)
  action?: string;

  @ApiPropertyOptional({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b20' })
  @OptionalField()
  @IsUUID('loose')
  connector_id?: string;

  @ApiPropertyOptional({
    maxLength: 255,
    description: 'Id of any record; not together with `connector_id`.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b30',
  })
  @OptionalField()
  @IsString()
  @Length(1, 255)
  record_id?: string;

  @ApiPropertyOptional({ enum: AUDIT_RESULTS, example: 'denied' })
  @OptionalField()
  @IsIn(AUDIT_RESULTS, { message: `must be one of ${AUDIT_RESULTS.join(', ')}` })
  result?: AuditResult;

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'From this moment on.',
    example: '2026-11-24T00:00:00.000Z',
  })
  @OptionalField()
  @Matches(DATE_TIME, DATE_TIME_MESSAGE)
  @IsISO8601({ strict: true }, DATE_TIME_MESSAGE)
  since?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'Before this moment.', example: '2026-11-25T00:00:00.000Z' })
  @OptionalField()
  @Matches(DATE_TIME, DATE_TIME_MESSAGE)
  @IsISO8601({ strict: true }, DATE_TIME_MESSAGE)
  until?: string;

  static filtersOf(query: AuditFilterQuery): Filters {
    const recordId = query.connector_id?.toLowerCase() ?? query.record_id;
    return {
      ...(query.actor_id !== undefined && { actorId: query.actor_id }),
      ...(query.action !== undefined && { action: query.action }),
      ...(query.connector_id !== undefined && { recordType: CONNECTOR }),
      ...(recordId !== undefined && { recordId }),
      ...(query.result !== undefined && { result: query.result }),
      ...(query.since !== undefined && { since: new Date(query.since) }),
      ...(query.until !== undefined && { until: new Date(query.until) }),
    };
  }
}

export class AuditListQuery extends IntersectionType(PageQuery, AuditFilterQuery) {}
