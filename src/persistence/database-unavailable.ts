import { QueryRunnerAlreadyReleasedError } from 'typeorm';

const MAX_CAUSES = 5;

/**
 * SQLSTATEs that say "not now" and nothing about the statement: connection trouble (08), no resources (53),
 * an operator's intervention or a statement over its time (57), a transaction that was idle too long (25P03).
 */
const UNAVAILABLE_STATE = /^(08[0-9A-Z]{3}|53[0-9A-Z]{3}|57P0[1-5]|57014|25P03)$/;

const SOCKET_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** The driver reports these without a code. */
const DRIVER_MESSAGES = [
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Connection terminated',
  'Client has encountered a connection error',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end',
  'Driver not Connected',
];

/** What a driver error is about; absent members are `undefined`. */
interface ErrorShape {
  readonly code?: unknown;
  readonly severity?: unknown;
  readonly message?: unknown;
  readonly constraint?: unknown;
  readonly driverError?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** SQLSTATE of a database error, `undefined` for any other value. */
export function sqlStateOf(error: unknown): string | undefined {
  const shape = databaseErrorOf(error);
  return typeof shape?.code === 'string' ? shape.code : undefined;
}

/** Name of the index or constraint that a database error names. */
export function constraintOf(error: unknown): string | undefined {
  const shape = databaseErrorOf(error);
  return typeof shape?.constraint === 'string' ? shape.constraint : undefined;
}

/** Whether an error means that the database is away, starting, stopping, or out of connections or time. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof QueryRunnerAlreadyReleasedError) return true;
  return chainOf(error).some((link) => {
    if (isDatabaseError(link)) return UNAVAILABLE_STATE.test(link.code);
    return isSocketFailure(link) || isDriverFailure(link);
  });
}

function databaseErrorOf(error: unknown): ErrorShape | undefined {
  return chainOf(error).find(isDatabaseError);
}

function isDatabaseError(link: ErrorShape): link is ErrorShape & { code: string } {
  return typeof link.severity === 'string' && typeof link.code === 'string';
}

function isSocketFailure(link: ErrorShape): boolean {
  return typeof link.code === 'string' && SOCKET_CODES.has(link.code);
}

function isDriverFailure(link: ErrorShape): boolean {
  const message = link.message;
  return typeof message === 'string' && DRIVER_MESSAGES.some((known) => message.includes(known));
}

/** The error, what it wraps, and the members of an `AggregateError` (a refused connection to several addresses). */
function chainOf(error: unknown): ErrorShape[] {
  const chain: ErrorShape[] = [];
  const open: unknown[] = [error];
  while (open.length > 0 && chain.length < MAX_CAUSES) {
    const next = open.shift();
    if (typeof next !== 'object' || next === null) continue;
    const link = next as ErrorShape;
    chain.push(link);
    open.push(link.driverError, link.cause, ...(Array.isArray(link.errors) ? (link.errors as unknown[]) : []));
  }
  return chain;
}
