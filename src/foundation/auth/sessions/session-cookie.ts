import '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PublicOrigin } from '../../../core/web/index.js';
import { SESSION_LIFETIME_SECONDS } from './session-times.js';

/** On https: the prefix makes browsers refuse a cookie of this name that another host or plain http sets. */
const SECURE_NAME = '__Host-ede_session';
/** On plain http, where browsers refuse the prefix: whoever sees it knows that the wire can be read. */
const PLAIN_NAME = 'ede_session_insecure';

/** Every name that a session cookie can have. */
export const SESSION_COOKIES: readonly string[] = [SECURE_NAME, PLAIN_NAME];

/** The cookie that carries a session's token. */
@Injectable()
export class SessionCookie {
  constructor(private readonly origin: PublicOrigin) {}

  read(request: FastifyRequest): string | null {
    return request.cookies[this.nameFor(request)] ?? null;
  }

  set(request: FastifyRequest, reply: FastifyReply, token: string): void {
    reply.setCookie(this.nameFor(request), token, { ...this.options(request), maxAge: SESSION_LIFETIME_SECONDS });
  }

  clear(request: FastifyRequest, reply: FastifyReply): void {
    reply.clearCookie(this.nameFor(request), this.options(request));
  }

  private options(request: FastifyRequest) {
    return { path: '/', httpOnly: true, sameSite: 'lax', secure: this.origin.isSecure(request) } as const;
  }

  private nameFor(request: FastifyRequest): string {
    return this.origin.isSecure(request) ? SECURE_NAME : PLAIN_NAME;
  }
}
