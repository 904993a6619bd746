import type { FastifyRequest } from 'fastify';
import { Scope } from '../../core/access/index.js';

/** Where a request comes from, for limits and the audit. */
export interface Client {
  readonly address: string | null;
  readonly requestId: string | null;
}

export function clientOf(request: FastifyRequest): Client {
  return { address: request.ip, requestId: request.id };
}

/**
 * The scope of a caller who is just signing in: it names him in the audit and reaches nothing.
 * @param userId `null` while he is nobody yet.
 */
export function signInScope(client: Client, userId: string | null = null, sessionId: string | null = null): Scope {
  return new Scope({
    actor: { kind: 'user', userId, sessionId, tokenId: null, ...client },
    memberships: new Map(),
    isInstanceAdmin: false,
    organizationId: null,
    tokenScopes: null,
  });
}
