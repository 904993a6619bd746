import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RequireRole } from '../../core/access/index.js';
import { MetricsService } from './metrics.service.js';

const EXAMPLE = 'ede_http_request_duration_seconds_count{method="GET",route="/api/connectors",status="200"} 12\n';

@ApiTags('Health')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  @RequireRole('instance_admin')
  @ApiOperation({
    operationId: 'getMetrics',
    summary: 'Numbers of this process for a collector',
    description:
      "Prometheus' text format: durations of requests by route, the database pool, memory, processor time, sealed state. For the token of an instance admin.",
  })
  @ApiProduces('text/plain')
  @ApiOkResponse({ schema: { type: 'string' }, example: EXAMPLE })
  async read(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.header('content-type', this.metrics.contentType).header('cache-control', 'no-store');
    return this.metrics.read();
  }
}
