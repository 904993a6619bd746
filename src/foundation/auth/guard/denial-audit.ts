import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuditLog } from '../../../core/ports/index.js';

/** Writes down that a signed-in caller was refused. */
@Injectable()
export class DenialAudit {
  constructor(private readonly audit: AuditLog) {}

  async record(request: FastifyRequest): Promise<void> {
    const { scope } = request;
    if (!scope) return;
    await this.audit.record(scope, {
      organizationId: scope.organizationId,
      action: 'access.denied',
      facts: { method: request.method, route: request.routeOptions.url ?? null },
    });
  }
}
