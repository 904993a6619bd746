import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ReadinessCheck } from '../readiness.service.js';

/** One thing that the process needs. */
export class HealthCheckItem {
  @ApiProperty({ description: '`database`, `keys` or `lifecycle`.', example: 'database' })
  name!: string;

  @ApiProperty({ example: true })
  ok!: boolean;

  @ApiPropertyOptional({ description: 'Why it is not ok.', example: 'The database does not answer' })
  reason?: string;
}

/** How the process is. */
export class HealthResponse {
  @ApiProperty({ enum: ['ok'], example: 'ok' })
  status = 'ok' as const;

  @ApiPropertyOptional({ type: [HealthCheckItem], description: 'Only for signed-in callers of the readiness check.' })
  checks?: HealthCheckItem[];

  static from(checks: readonly ReadinessCheck[] | null): HealthResponse {
    const response = new HealthResponse();
    if (checks) response.checks = checks.map(({ name, reason }) => ({ name, ok: reason === null }));
    return response;
  }
}
