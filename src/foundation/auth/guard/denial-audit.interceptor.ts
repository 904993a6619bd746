import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { catchError, type Observable } from 'rxjs';
import { DomainError } from '../../../core/errors/index.js';
import { DenialAudit } from './denial-audit.js';

/** Audits refusals (403) that come from behind the guard, where a service judges the record's own organization. */
@Injectable()
export class DenialAuditInterceptor implements NestInterceptor {
  constructor(private readonly denials: DenialAudit) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    return next.handle().pipe(
      catchError(async (error: unknown) => {
        if (error instanceof DomainError && error.definition.kind === 'forbidden') await this.denials.record(request);
        throw error;
      }),
    );
  }
}
