import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, type Observable } from 'rxjs';
import { DomainError, RecordNotFoundError } from '../../../core/errors/index.js';
import { InvalidSetupTokenError } from '../auth.errors.js';
import { DenialAudit, type DenialReason } from './denial-audit.js';

/**
 * Audits refusals that come from behind the guard, where a service judges the record's own organization: each 403, and
 * each 404 of a record, which is what a foreign one answers. An id that never was leaves the same row: else the time of
 * an answer would tell the two apart. One-time links that are no good are audited here too.
 */
@Injectable()
export class DenialAuditInterceptor implements NestInterceptor {
  constructor(private readonly denials: DenialAudit) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(
      catchError(async (error: unknown) => {
        if (error instanceof InvalidSetupTokenError) await this.denials.recordWrongLink(request);
        const reason = reasonOf(error);
        if (reason) await this.denials.record(request, reason);
        throw error;
      }),
    );
  }
}

/** Of what is not there only records count: an unknown command is nobody's. */
function reasonOf(error: unknown): DenialReason | null {
  if (error instanceof RecordNotFoundError) return 'not_found';
  return error instanceof DomainError && error.definition.kind === 'forbidden' ? 'forbidden' : null;
}
