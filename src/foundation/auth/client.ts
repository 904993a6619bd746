import type { FastifyRequest } from 'fastify';
import { Scope, type Actor } from '../../core/access/index.js';

const MAX_USER_AGENT = 512;

/** Where a request comes from, for limits, the audit and the list of sessions. */
export interface Client {
  readonly address: string | null;
  readonly requestId: string | null;
  /** As the client calls itself; at most 512 characters. */
  readonly userAgent: string | null;
}

export function clientOf(request: FastifyRequest): Client {
  const userAgent = request.headers['user-agent']?.slice(0, MAX_USER_AGENT) ?? null;
  return { address: request.ip, requestId: request.id, userAgent };
}

/** What an actor is told by. */
export function placeOf({ address, requestId }: Client): Pick<Actor, 'address' | 'requestId'> {
  return { address, requestId };
}

/**
 * The scope of a caller who is just signing in: it names him in the audit and reaches nothing.
 * @param userId `null` while he is nobody yet.
 */
export function signInScope(client: Client, userId: string | null = null, sessionId: string | null = null): Scope {
  return new Scope({
    actor: { kind: 'user', userId, sessionId, tokenId: null, ...placeOf(client) },
    memberships: new Map(),
    isInstanceAdmin: false,
    organizationId: null,
    tokenScopes: null,
  });
}
