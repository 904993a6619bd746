import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Scope } from '../../../core/access/index.js';
import { InvalidInputError } from '../../../core/errors/index.js';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** Who repeats what: the scope of an Idempotency-Key, and what its body must equal. */
export interface IdempotentRequest {
  readonly userId: string;
  /** SHA-256 over caller, method, path and key. */
  readonly hash: Buffer;
  /** Equal for equal bodies and queries; kept only as an HMAC. */
  readonly fingerprint: string;
}

/** @returns the key of a request, `null` when it has none. @throws InvalidInputError when it is malformed. */
export function idempotencyKeyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return null;
  if (typeof key !== 'string' || !KEY.test(key)) {
    throw new InvalidInputError([
      { pointer: 'Idempotency-Key', code: 'invalid_header', message: 'Must be 1 to 255 visible ASCII characters' },
    ]);
  }
  return key;
}

/**
 * @param content what the body is known by: the parsed body, or for a stream what tells two uploads apart.
 * @returns `null` for a caller who is no user.
 */
export function idempotentRequest(
  scope: Scope,
  request: FastifyRequest,
  key: string,
  content: unknown,
): IdempotentRequest | null {
  const { userId } = scope.actor;
  if (userId === null) return null;
  const [path = '', query = ''] = request.url.split(/\?(.*)/s, 2);
  // A token bound to one organization must not be given the answer that another token of the same user got.
  const identity = JSON.stringify([userId, scope.boundOrganizationId, request.method, path, key]);
  return {
    userId,
    hash: createHash('sha256').update(identity).digest(),
    fingerprint: JSON.stringify([query, content ?? null]),
  };
}
