import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, UnauthenticatedError } from '../errors/index.js';
import { domainErrorOfFramework } from './foreign-errors.js';
import { PreparedAnswer } from './prepared-answer.js';
import { internalProblem, problemOf, PROBLEM_MEDIA_TYPE } from './problem-document.js';
import type { ProblemResponse } from './problem.response.js';
import type { RouteTable } from './route-table.js';
import { MethodNotAllowedError, RouteNotFoundError } from './web.errors.js';

/** Recognises errors of a library that core does not know, e.g. a lost database connection. */
export type ErrorClassifier = (error: unknown) => DomainError | null;

/** Lower statuses are the caller's affair. */
const FIRST_SERVER_FAULT = 500;

/** Headers that a handler may have set for the answer that it then did not give. */
const ANSWER_HEADERS = [
  'content-length',
  'content-encoding',
  'content-disposition',
  'etag',
  'location',
  'accept-ranges',
];

/** Turns everything that is thrown into `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(
    private readonly routes: RouteTable,
    private readonly classifiers: readonly ErrorClassifier[] = [],
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (thrown instanceof PreparedAnswer) {
      thrown.sendTo(reply);
      return;
    }
    const error = this.withMethodCheck(this.classify(thrown), request);
    this.log(thrown, error, request);
    if (reply.raw.headersSent || reply.sent) {
      // Half of an answer went out already: cutting the connection is the only way to say that it failed.
      reply.raw.destroy();
      return;
    }
    const problem = error ? problemOf(error, request.id) : internalProblem(request.id);
    this.send(reply, problem, error);
  }

  private classify(thrown: unknown): DomainError | null {
    if (thrown instanceof DomainError) return thrown;
    for (const classifier of this.classifiers) {
      const error = classifier(thrown);
      if (error) return error;
    }
    return domainErrorOfFramework(thrown);
  }

  /** Fastify answers an unknown method like an unknown path; the route table tells them apart. */
  private withMethodCheck(error: DomainError | null, request: FastifyRequest): DomainError | null {
    if (!(error instanceof RouteNotFoundError) || !request.is404) return error;
    const allowed = this.routes.methodsOf(request.url);
    return allowed.length > 0 ? new MethodNotAllowedError(allowed) : error;
  }

  private send(reply: FastifyReply, problem: ProblemResponse, error: DomainError | null): void {
    for (const header of ANSWER_HEADERS) reply.removeHeader(header);
    reply.header('x-request-id', problem.instance).header('cache-control', 'no-store');
    if (error instanceof MethodNotAllowedError) reply.header('allow', error.allowed.join(', '));
    if (error instanceof UnauthenticatedError) reply.header('www-authenticate', 'Bearer');
    if (error?.retryAfter !== undefined) reply.header('retry-after', Math.max(1, Math.ceil(error.retryAfter)));
    reply.code(problem.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(problem));
  }

  private log(thrown: unknown, error: DomainError | null, request: FastifyRequest): void {
    const facts = { request_id: request.id, method: request.method, route: request.routeOptions.url ?? null };
    if (error === null) {
      this.logger.error({ ...facts, msg: 'Unexpected error', err: thrown });
      return;
    }
    if (problemOf(error, request.id).status < FIRST_SERVER_FAULT) return;
    const cause = error.cause ?? (thrown === error ? undefined : thrown);
    const causeName = cause instanceof Error ? cause.name : undefined;
    const causeCode = (cause as { code?: unknown } | undefined)?.code;
    this.logger.warn({
      ...facts,
      msg: error.definition.title,
      code: error.code,
      cause: causeName,
      cause_code: causeCode,
    });
  }
}
