import { Controller, Get, Req } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Authenticator, Public } from '../../core/access/index.js';
import { ApiErrors } from '../../core/web/index.js';
import { HealthResponse } from './dto/health.response.js';
import { NotReadyError } from './health.errors.js';
import { ReadinessService } from './readiness.service.js';

@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly readiness: ReadinessService,
    private readonly authenticator: Authenticator,
  ) {}

  @Get('live')
  @Public()
  @ApiOperation({
    operationId: 'getLiveness',
    summary: 'Whether the process runs',
    description: 'Answers as long as the process can answer at all; restart it when this fails.',
  })
  @ApiOkResponse({ type: HealthResponse })
  live(): HealthResponse {
    return HealthResponse.from(null);
  }

  @Get('ready')
  @Public()
  @ApiOperation({
    operationId: 'getReadiness',
    summary: 'Whether requests can be served',
    description: '503 while the database is away, the keys are sealed or the server stops. Signed-in callers see why.',
  })
  @ApiOkResponse({ type: HealthResponse })
  @ApiErrors(NotReadyError)
  async ready(@Req() request: FastifyRequest): Promise<HealthResponse> {
    const checks = await this.readiness.check();
    const isSignedIn = await this.isSignedIn(request);
    if (checks.some(({ reason }) => reason !== null)) throw new NotReadyError(isSignedIn ? checks : null);
    return HealthResponse.from(isSignedIn ? checks : null);
  }

  /** Without a database nobody can be recognised; that must not hide the answer. */
  private async isSignedIn(request: FastifyRequest): Promise<boolean> {
    return (await this.authenticator.authenticate(request).catch(() => null)) !== null;
  }
}
