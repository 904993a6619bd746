import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from './logger.js';

/**
 * One line for each answered request. The route's pattern, never the path or the query: these hold ids, codes and
 * whatever a caller puts there. No headers, no bodies.
 */
export function logRequest(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  logger.info(
    {
      request_id: request.id,
      method: request.method,
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    },
    'request',
  );
}
