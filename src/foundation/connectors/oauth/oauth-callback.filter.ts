import { Catch, HttpStatus, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ForbiddenError, UnauthenticatedError } from '../../../core/errors/index.js';
import { acceptsHtml, ProblemFilter, type HttpAdapter } from '../../../core/web/index.js';
import { LOGIN_URL, refusalUrl } from './browser-urls.js';
import { OAuthStateInvalidError } from './oauth.errors.js';

/** A browser that comes back from the consent page and is refused is led to a page; API clients get the problem. */
@Catch(UnauthenticatedError, ForbiddenError, OAuthStateInvalidError)
export class OAuthCallbackFilter implements ExceptionFilter {
  constructor(private readonly host: HttpAdapterHost<HttpAdapter>) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    if (!acceptsHtml(request)) {
      new ProblemFilter(this.host.httpAdapter.routes).catch(error, host);
      return;
    }
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    reply.redirect(urlFor(error), HttpStatus.SEE_OTHER);
  }
}

function urlFor(error: unknown): string {
  if (error instanceof UnauthenticatedError) return LOGIN_URL;
  return refusalUrl(error instanceof ForbiddenError ? 'forbidden' : 'state_invalid');
}
