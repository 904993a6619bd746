import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SessionResponse } from '../dto/session.response.js';
import { SessionCookie } from '../sessions/session-cookie.js';
import { SessionViewReader } from '../sessions/session-view.js';
import type { SignedInUser } from '../sign-in/sign-in.service.js';

/** The answer of every route that signs somebody in: the cookie, and the session as GET would show it. */
@Injectable()
export class SessionAnswer {
  constructor(
    private readonly cookie: SessionCookie,
    private readonly views: SessionViewReader,
  ) {}

  async give(request: FastifyRequest, reply: FastifyReply, { userId, token }: SignedInUser): Promise<SessionResponse> {
    const answer = SessionResponse.from(await this.views.read(userId));
    this.cookie.set(request, reply, token);
    return answer;
  }
}
