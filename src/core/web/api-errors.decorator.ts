import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { DomainErrorClass } from '../errors/index.js';

/** Prefix of the operation extensions in which error definitions wait for `documentProblems`; none is published. */
export const ERROR_EXTENSION = 'x-ede-error-';

/**
 * Documents the problem answers that a route can give, each with an example. May be used several times on one route
 * (access decorators use it too); answers of one status are merged.
 */
export function ApiErrors(...errors: readonly DomainErrorClass[]): MethodDecorator {
  return applyDecorators(
    ...errors.map(({ definition }) => ApiExtension(`${ERROR_EXTENSION}${definition.code}`, { ...definition })),
  );
}
