import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AuditLog } from '../../../core/ports/index.js';
import { isUuid } from '../../../core/web/index.js';

/** Why a caller did not get through; a record of another organization is `not_found`, like one that does not exist. */
export type DenialReason = 'forbidden' | 'not_found';

/** Writes down that a signed-in caller was refused. */
@Injectable()
export class DenialAudit {
  constructor(private readonly audit: AuditLog) {}

  async record(request: FastifyRequest, reason: DenialReason): Promise<void> {
    const { scope } = request;
    if (!scope) return;
    const { id } = (request.params ?? {}) as { id?: unknown };
    await this.audit.record(scope, {
      organizationId: scope.organizationId,
      action: 'access.denied',
      result: 'denied',
      ...(isUuid(id) && { recordId: id.toLowerCase() }),
      facts: { method: request.method, route: request.routeOptions.url ?? null, reason },
    });
  }
}
