import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import {
  ACCESS_DECISION,
  Authenticator,
  type AccessDecision,
  type AccessOptions,
  type RequiredRole,
  type Scope,
} from '../../../core/access/index.js';
import { ForbiddenError, UnauthenticatedError } from '../../../core/errors/index.js';
import { DenialAudit } from './denial-audit.js';
import { isReading } from './reading-methods.js';

/** The one guard of every route: recognises the caller and carries out the route's access decision. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly denials: DenialAudit,
  ) {}

  /** @throws UnauthenticatedError, ForbiddenError; both audited. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const decision = this.reflector.get<AccessDecision | undefined>(ACCESS_DECISION, context.getHandler());
    if (!decision) throw new Error('A route without an access decision was called'); // the boot check forbids it
    if (decision.kind === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const scope = await this.authenticator.authenticate(request);
    if (!scope) {
      await this.denials.recordEnded(request);
      throw new UnauthenticatedError();
    }
    request.scope = scope;
    const isAllowed =
      passesToken(scope, decision.options, request.method) &&
      (decision.kind !== 'role' || hasRole(scope, decision.role));
    if (isAllowed) return true;
    await this.denials.record(request, 'forbidden');
    throw new ForbiddenError();
  }
}

function passesToken(scope: Scope, options: AccessOptions, method: string): boolean {
  if (scope.tokenScopes === null) return true;
  if (options.sessionOnly) return false;
  const wanted = options.tokenScopes ?? [isReading(method) ? 'read' : 'write'];
  return wanted.some((tokenScope) => scope.hasTokenScope(tokenScope));
}

function hasRole(scope: Scope, role: RequiredRole): boolean {
  if (scope.isInstanceAdmin) return true;
  return role === 'admin' && [...scope.memberships.values()].includes('admin');
}
