import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { DomainError } from '../../../core/errors/index.js';
import {
  domainErrorOfFramework,
  IDEMPOTENT_METADATA,
  problemOf,
  PROBLEM_MEDIA_TYPE,
  type AnswerParts,
} from '../../../core/web/index.js';
import { IdempotencyService, type Claim } from './idempotency.service.js';

const KEPT_HEADERS = ['etag', 'location'];
/** These tell of the caller or of the moment, not of the request: a repetition must be tried anew. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([401, 403, 409, 412, 429]);

/** Honours `Idempotency-Key` on handlers that are marked with `Idempotent()`. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly idempotency: IdempotencyService,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    if (!this.reflector.get<boolean | undefined>(IDEMPOTENT_METADATA, context.getHandler())) return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const claim = await this.idempotency.claim(request, request.body);
    if (!claim) return next.handle();
    return from(this.run(claim, next, context));
  }

  private async run(claim: Claim, next: CallHandler, context: ExecutionContext): Promise<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    let answer: unknown;
    try {
      answer = await this.idempotency.carryOut(
        () => claim,
        () => lastValueFrom<unknown, undefined>(next.handle(), { defaultValue: undefined }),
      );
    } catch (error) {
      const kept = failureToKeep(error, context.switchToHttp().getRequest<FastifyRequest>());
      await (kept ? this.idempotency.complete(claim, kept) : this.idempotency.release(claim));
      throw error;
    }
    await this.idempotency.complete(claim, successToKeep(answer, reply));
    return answer;
  }
}

function successToKeep(answer: unknown, reply: FastifyReply): AnswerParts {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = reply.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  if (answer === undefined) return { status: reply.statusCode, headers, body: null };
  headers['content-type'] = 'application/json; charset=utf-8';
  return { status: reply.statusCode, headers, body: JSON.stringify(answer) };
}

/** A refusal that the same request would meet again; `null` for one that may pass. */
function failureToKeep(error: unknown, request: FastifyRequest): AnswerParts | null {
  const known = error instanceof DomainError ? error : domainErrorOfFramework(error);
  if (!known) return null;
  const problem = problemOf(known, request.id);
  if (problem.status >= 500 || PASSING_STATUSES.has(problem.status)) return null;
  return { status: problem.status, headers: { 'content-type': PROBLEM_MEDIA_TYPE }, body: JSON.stringify(problem) };
}
