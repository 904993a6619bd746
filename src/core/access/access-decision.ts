import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiCookieAuth, ApiExtension } from '@nestjs/swagger';
import { ForbiddenError, UnauthenticatedError } from '../errors/index.js';
import { ApiErrors } from '../web/index.js';
import type { TokenScope } from './scope.js';

/** Metadata key under which a route carries its {@link AccessDecision}. */
export const ACCESS_DECISION = 'ede:access-decision';
/** Operation extension that tells clients which role a route needs. */
const ROLE_EXTENSION = 'x-required-role';

export interface AccessOptions {
  /** A token passes with any one of these. Default: `read` for GET and HEAD, else `write`. */
  readonly tokenScopes?: readonly TokenScope[];
  /** Refuse API tokens: only a browser session passes. */
  readonly sessionOnly?: boolean;
}

/** Who may call a route. Exactly one stands on every route; a route without one stops the boot. */
export type AccessDecision =
  | { readonly kind: 'public' }
  | { readonly kind: 'signed_in'; readonly options: AccessOptions }
  | { readonly kind: 'role'; readonly role: RequiredRole; readonly options: AccessOptions };

/** `admin`: of at least one organization; the service checks the record's own by `scope.requireAdmin`. */
export type RequiredRole = 'admin' | 'instance_admin';

/** Anybody may call the route. */
export function Public(): MethodDecorator {
  return decide({ kind: 'public' });
}

/** Any signed-in user, or a token with the right scope. */
export function SignedIn(options: AccessOptions = {}): MethodDecorator {
  return applyDecorators(decide({ kind: 'signed_in', options }), ...security(options));
}

/** A caller with the role. @param role `admin` means of at least one organization. */
export function RequireRole(role: RequiredRole, options: AccessOptions = {}): MethodDecorator {
  return applyDecorators(
    decide({ kind: 'role', role, options }),
    ApiExtension(ROLE_EXTENSION, role),
    ...security(options),
  );
}

function decide(decision: AccessDecision): MethodDecorator {
  return (target, property, descriptor: PropertyDescriptor) => {
    if (Reflect.hasMetadata(ACCESS_DECISION, descriptor.value as object)) {
      throw new Error(`${target.constructor.name}.${String(property)} carries two access decisions`);
    }
    SetMetadata(ACCESS_DECISION, decision)(target, property, descriptor);
  };
}

function security(options: AccessOptions): MethodDecorator[] {
  const problems = ApiErrors(UnauthenticatedError, ForbiddenError);
  return options.sessionOnly ? [ApiCookieAuth(), problems] : [ApiCookieAuth(), ApiBearerAuth(), problems];
}
