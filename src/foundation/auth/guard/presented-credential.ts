import type { FastifyRequest } from 'fastify';
import { hashToken } from '../opaque-token.js';
import type { SessionCookie } from '../sessions/session-cookie.js';

const BEARER = /^Bearer +([A-Za-z0-9_-]{1,256}) *$/i;

/** What a request wants to be known by. */
export interface PresentedCredential {
  readonly kind: 'token' | 'session';
  /** SHA-256 of its text. */
  readonly hash: Buffer;
}

/** A request with an `Authorization` header is judged by that header alone. @returns `null` when it presents nothing. */
export function presentedBy(request: FastifyRequest, cookie: SessionCookie): PresentedCredential | null {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const token = BEARER.exec(authorization)?.[1];
    return token === undefined ? null : { kind: 'token', hash: hashToken(token) };
  }
  const session = cookie.read(request);
  return session === null ? null : { kind: 'session', hash: hashToken(session) };
}
