import { ApiProperty } from '@nestjs/swagger';
import type { TestOutcome } from '../../../core/connectors/index.js';
import type { AuditTrailRow, Usage } from '../../../core/ports/index.js';
import { PageOf } from '../../../core/web/index.js';
import type { UserLabel } from '../../base/index.js';
import type { ConnectorCheck } from '../connector-check.entity.js';
import { TestStepResponse } from './test-result.response.js';

/** One past test. */
export class CheckResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b24' })
  id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  checked_at!: string;

  @ApiProperty({ enum: ['ok', 'degraded', 'failed', 'not_testable'], example: 'ok' })
  outcome!: TestOutcome;

  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ example: 'Connected' })
  message!: string;

  @ApiProperty({ type: 'integer', example: 42 })
  latency_ms!: number;

  @ApiProperty({ example: false })
  deep!: boolean;

  @ApiProperty({ description: 'The config changed while the test ran.', example: false })
  stale!: boolean;

  @ApiProperty({ type: [TestStepResponse] })
  steps!: TestStepResponse[];

  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b20' })
  user_id!: string | null;

  static from(check: ConnectorCheck): CheckResponse {
    return {
      id: check.id,
      checked_at: check.checkedAt.toISOString(),
      outcome: check.outcome,
      success: check.outcome === 'ok' || check.outcome === 'degraded',
      message: check.message,
      latency_ms: check.latencyMs,
      deep: check.isDeep,
      stale: check.isStale,
      steps: check.steps,
      user_id: check.userId,
    };
  }
}

export class CheckPageResponse extends PageOf(CheckResponse) {}

/** One change, with the names of what changed and never a value. */
export class ConnectorAuditResponse {
  @ApiProperty({ format: 'uuid', example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b25' })
  id!: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-24T09:30:00.000Z' })
  at!: string;

  @ApiProperty({ example: 'connector.updated' })
  action!: string;

  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: '`null` for the system itself.' })
  user_id!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'As the user is called now.', example: 'Ada Lovelace' })
  user_name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'ada@example.com' })
  user_email!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '127.0.0.1' })
  address!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b26' })
  request_id!: string | null;

  @ApiProperty({ type: [String], example: ['region', 'secret_key'] })
  changed_keys!: string[];

  @ApiProperty({ type: 'object', additionalProperties: true, example: {} })
  facts!: Record<string, string | number | boolean | null>;

  /** @param user who did it, when that is known. */
  static from(row: AuditTrailRow, user?: UserLabel): ConnectorAuditResponse {
    return {
      id: row.id,
      at: row.at.toISOString(),
      action: row.action,
      user_id: row.actor.userId,
      user_name: user?.name ?? null,
      user_email: user?.email ?? null,
      address: row.address,
      request_id: row.requestId,
      changed_keys: [...row.changedKeys],
      facts: { ...row.facts },
    };
  }
}

export class ConnectorAuditPage extends PageOf(ConnectorAuditResponse) {}

/** How many records of one kind use the connector. */
export class UsageResponse implements Usage {
  @ApiProperty({ example: 'documents' })
  kind!: string;

  @ApiProperty({ type: 'integer', example: 12 })
  count!: number;
}

export class UsagePage extends PageOf(UsageResponse) {}
