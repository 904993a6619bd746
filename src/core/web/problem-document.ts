import { HttpStatus } from '@nestjs/common';
import { InvalidInputError, type DomainError, type ErrorDefinition } from '../errors/index.js';
import type { ProblemResponse } from './problem.response.js';
import { STATUS_BY_KIND } from './status-table.js';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** The URN of a code. */
export function problemType(code: string): string {
  return `urn:ede:problem:${code}`;
}

/** The problem document of a domain error. */
export function problemOf(error: DomainError, requestId: string): ProblemResponse {
  const problem = {
    ...problemOfDefinition(error.definition, requestId),
    detail: error.message,
    ...(error.issues.length > 0 && { errors: error.issues.map((issue) => ({ ...issue })) }),
  };
  // Extensions come last, and never take the place of a standard member.
  return { ...problem, ...error.extensions, ...problem };
}

/** What an occurrence of a code looks like, for the documentation. */
export function problemExample(definition: ErrorDefinition): ProblemResponse {
  const problem = problemOfDefinition(definition, '01935a5e-7d2c-7c3a-9b1e-2f6f0c9a1b22');
  if (definition.code !== InvalidInputError.definition.code) return problem;
  return { ...problem, errors: [{ pointer: '/name', code: 'required', message: 'name should not be empty' }] };
}

/** The answer to everything that is not the caller's fault: nothing of the cause is told. */
export function internalProblem(requestId: string): ProblemResponse {
  return {
    type: problemType('internal_error'),
    title: 'The server failed',
    status: HttpStatus.INTERNAL_SERVER_ERROR,
    detail: 'Something went wrong on our side. Name the request id when you report it.',
    instance: requestId,
    code: 'internal_error',
  };
}

function problemOfDefinition({ code, kind, title }: ErrorDefinition, requestId: string): ProblemResponse {
  return { type: problemType(code), title, status: STATUS_BY_KIND[kind], detail: title, instance: requestId, code };
}
