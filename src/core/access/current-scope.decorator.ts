import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import './request-scope.js';
import type { Scope } from './scope.js';

/** Gives a route its caller's {@link Scope}. @throws Error on a public route, which has none. */
export const CurrentScope = createParamDecorator((_: unknown, context: ExecutionContext): Scope => {
  const { scope } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!scope) throw new Error('CurrentScope is used on a route that the guard does not authenticate');
  return scope;
});
