import { ApiProperty } from '@nestjs/swagger';
import { TEST_STEP_NAMES, type TestOutcome, type TestStepName } from '../../../core/connectors/index.js';
import type { ConnectorStatus } from '../connector.entity.js';
import type { TestedConnector } from '../connector-tester.js';
import { isSuccess, type TestReport } from '../test-runner.js';

const OUTCOMES = ['ok', 'degraded', 'failed', 'not_testable'] as const;

export class TestStepResponse {
  @ApiProperty({ enum: TEST_STEP_NAMES, example: 'auth' })
  name!: TestStepName;

  @ApiProperty({ example: true })
  ok!: boolean;

  @ApiProperty({ type: 'integer', description: 'Milliseconds.', example: 12 })
  ms!: number;

  @ApiProperty({
    required: false,
    description: 'What an administrator can do about it.',
    example: 'Check the secret access key',
  })
  hint?: string;
}

export class TestDetailsResponse {
  @ApiProperty({ enum: OUTCOMES, example: 'ok' })
  outcome!: TestOutcome;

  @ApiProperty({ type: 'integer', example: 42 })
  latency_ms!: number;

  @ApiProperty({ type: [TestStepResponse] })
  steps!: TestStepResponse[];

  @ApiProperty({
    required: false,
    description: 'The config changed while the test ran; the record was left alone.',
    example: false,
  })
  stale?: boolean;
}

/** Outcome of a test. A refused sign-in is a normal answer with `success: false`. */
export class TestResultResponse {
  @ApiProperty({ example: true })
  success!: boolean;

  @ApiProperty({ maxLength: 512, example: 'Connected' })
  message!: string;

  @ApiProperty({ type: TestDetailsResponse })
  details!: TestDetailsResponse;

  @ApiProperty({ enum: ['draft', 'connected', 'error'], example: 'connected' })
  status!: ConnectorStatus;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-11-24T09:30:00.000Z' })
  last_tested_at!: string | null;

  static from({ report, isStale, status, lastTestedAt }: TestedConnector): TestResultResponse {
    const result = TestResultResponse.ofReport(report);
    if (isStale) result.details.stale = true;
    return { ...result, status, last_tested_at: lastTestedAt?.toISOString() ?? null };
  }

  /** Of a draft, which has no status of its own. */
  static ofReport(report: TestReport): TestResultResponse {
    return {
      success: isSuccess(report),
      message: report.message,
      details: { outcome: report.outcome, latency_ms: report.latencyMs, steps: [...report.steps] },
      status: 'draft',
      last_tested_at: null,
    };
  }
}
