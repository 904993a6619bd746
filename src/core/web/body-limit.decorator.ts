import { RouteConfig } from '@nestjs/platform-fastify';

/**
 * Lets the body of a route be larger (or smaller) than the default of 1 MiB.
 * @param bytes e.g. `2 * MEBIBYTE` for an import.
 */
export function BodyLimit(bytes: number): MethodDecorator {
  return RouteConfig({ bodyLimit: bytes });
}

export const MEBIBYTE = 1024 ** 2;
