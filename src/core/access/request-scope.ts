import 'fastify';
import type { Scope } from './scope.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set by the guard on every route that is not public. */
    scope?: Scope;
  }
}
