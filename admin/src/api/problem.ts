import type { components } from './schema';

export type Problem = components['schemas']['ProblemResponse'];
export type ProblemIssue = components['schemas']['ProblemIssue'];

/** A refusal of the API. Its texts are safe to show. */
export class ApiError extends Error {
  constructor(
    readonly problem: Problem,
    /** Seconds to wait, when the server said so. */
    readonly retryAfter: number | null,
  ) {
    super(problem.detail);
    this.name = 'ApiError';
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }

  get issues(): readonly ProblemIssue[] {
    return this.problem.errors ?? [];
  }
}

/** The server could not be reached, or answered something that is not ours. */
export class ServerAwayError extends Error {
  constructor(cause?: unknown) {
    super('The server cannot be reached. Try again in a moment.', { cause });
    this.name = 'ServerAwayError';
  }
}

/** @returns what a failed answer means; a proxy's error page becomes a {@link ServerAwayError}. */
export function failureOf(response: { status: number; retryAfter: string | null }, body: unknown): Error {
  if (!isProblem(body)) return new ServerAwayError(`HTTP ${String(response.status)}`);
  const seconds = Number(response.retryAfter ?? Number.NaN);
  return new ApiError(body, Number.isFinite(seconds) ? seconds : null);
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'status' in body && 'detail' in body;
}
