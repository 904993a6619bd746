import { ApiProperty } from '@nestjs/swagger';
import { AUDIT_RESULTS, type AuditResult, type AuditTrailRow } from '../../../core/ports/index.js';
import { PageOf } from '../../../core/web/index.js';
import type { UserLabel } from '../../base/index.js';

const HASH = 'b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9';

/** One event, with the names of what changed and never a value. */
export class AuditEventResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b25' })
  id!: string;

  @ApiProperty({
    type: 'integer',
    description: 'Place in the trail, without gaps from 1; 0 and less for events from before trails were linked.',
    example: 41,
  })
  sequence!: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  at!: string;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: '`null` for the instance.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b10',
  })
  organization_id!: string | null;

  @ApiProperty({ example: 'connector.updated' })
  action!: string;

  @ApiProperty({
    enum: AUDIT_RESULTS,
    description: '`denied`: a right was missing, or the record is not the caller’s.',
    example: 'success',
  })
  result!: AuditResult;

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: '`null` for the system itself, and for somebody who is not signed in.',
    example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b01',
  })
  user_id!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b31' })
  session_id!: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  token_id!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '127.0.0.1' })
  address!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b26' })
  request_id!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'ir.connector' })
  record_type!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b20' })
  record_id!: string | null;

  @ApiProperty({ type: [String], example: ['region', 'secret_key'] })
  changed_keys!: string[];

  @ApiProperty({ type: 'object', additionalProperties: true, example: {} })
  facts!: Record<string, string | number | boolean | null>;

  @ApiProperty({ type: String, nullable: true, description: 'Of the event before it.', example: HASH })
  previous_hash!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'SHA-256, hexadecimal.', example: HASH })
  hash!: string | null;

  static from(this: void, row: AuditTrailRow): AuditEventResponse {
    return {
      id: row.id,
      sequence: row.sequence,
      at: row.at.toISOString(),
      organization_id: row.organizationId,
      action: row.action,
      result: row.result,
      user_id: row.actor.userId,
      session_id: row.actor.sessionId,
      token_id: row.actor.tokenId,
      address: row.address,
      request_id: row.requestId,
      record_type: row.recordType,
      record_id: row.recordId,
      changed_keys: [...row.changedKeys],
      facts: { ...row.facts },
      previous_hash: row.previousHash,
      hash: row.hash,
    };
  }
}

/** As a list shows it: with who the user is now. */
export class ListedAuditEventResponse extends AuditEventResponse {
  @ApiProperty({ type: String, nullable: true, description: 'As the user is called now.', example: 'Ada Lovelace' })
  user_name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'ada@example.com' })
  user_email!: string | null;

  /** @param user who did it, when that is known. */
  static labelled(row: AuditTrailRow, user?: UserLabel): ListedAuditEventResponse {
    return { ...AuditEventResponse.from(row), user_name: user?.name ?? null, user_email: user?.email ?? null };
  }
}

export class AuditEventPage extends PageOf(ListedAuditEventResponse) {}
