import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, type Observable } from 'rxjs';
import { DomainError } from '../../../core/errors/index.js';
import { DenialAudit, type DenialReason } from './denial-audit.js';
import { isReading } from './reading-methods.js';

/**
 * Audits refusals that come from behind the guard, where a service judges the record's own organization: each 403, and
 * the 404 of a write, which is what a foreign record answers.
 */
@Injectable()
export class DenialAuditInterceptor implements NestInterceptor {
  constructor(private readonly denials: DenialAudit) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(
      catchError(async (error: unknown) => {
        const reason = reasonOf(error, request.method);
        if (reason) await this.denials.record(request, reason);
        throw error;
      }),
    );
  }
}

function reasonOf(error: unknown, method: string): DenialReason | null {
  if (!(error instanceof DomainError)) return null;
  const { kind } = error.definition;
  if (kind === 'forbidden') return kind;
  return kind === 'not_found' && !isReading(method) ? kind : null;
}
