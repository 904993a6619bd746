import { HttpException } from '@nestjs/common';
import type { DomainError } from '../errors/index.js';
import { ForbiddenError, InvalidInputError, TooManyRequestsError, UnauthenticatedError } from '../errors/index.js';
import {
  BodyTooLargeError,
  ConflictError,
  RequestRefusedError,
  RouteNotFoundError,
  ServiceUnavailableError,
  UnsupportedMediaTypeError,
} from './web.errors.js';

const BY_STATUS: Readonly<Record<number, () => DomainError>> = {
  400: () => new InvalidInputError([]),
  401: () => new UnauthenticatedError(),
  403: () => new ForbiddenError(),
  404: () => new RouteNotFoundError(),
  406: () => new UnsupportedMediaTypeError(),
  408: () => new InvalidInputError([], 'The request came too slowly'),
  409: () => new ConflictError(),
  411: () => new InvalidInputError([]),
  413: () => new BodyTooLargeError(),
  414: () => new InvalidInputError([], 'The path is too long'),
  415: () => new UnsupportedMediaTypeError(),
  422: () => new RequestRefusedError(),
  429: () => new TooManyRequestsError(1),
  431: () => new InvalidInputError([], 'The headers are too large'),
  503: () => new ServiceUnavailableError(),
};

/**
 * Translates what the framework throws: Nest's `HttpException` and Fastify's errors, by their status alone, since
 * their messages may repeat the input. @returns `null` for anything else.
 */
export function domainErrorOfFramework(error: unknown): DomainError | null {
  const status = error instanceof HttpException ? error.getStatus() : fastifyStatus(error);
  if (status === null) return null;
  return BY_STATUS[status]?.() ?? (status < 500 ? new RequestRefusedError() : null);
}

/** The status of an error that Fastify or one of its plugins made; they all carry an `FST_` code. */
function fastifyStatus(error: unknown): number | null {
  if (!(error instanceof Error)) return null;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  const isFastify = typeof code === 'string' && code.startsWith('FST_');
  return isFastify && typeof statusCode === 'number' && statusCode < 500 ? statusCode : null;
}
