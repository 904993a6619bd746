import type { FastifyRequest } from 'fastify';
import type { Scope } from './scope.js';

/** Finds out who sent a request. Implemented by the auth module; public routes may ask it, e.g. readiness. */
export abstract class Authenticator {
  /** @returns the caller, or `null` when the request carries no valid session or token. */
  abstract authenticate(request: FastifyRequest): Promise<Scope | null>;

  /** The same for a request that does not count as a use of its session or token. */
  abstract recognise(request: FastifyRequest): Promise<Scope | null>;
}
