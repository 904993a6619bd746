export {
  ACCESS_DECISION,
  Public,
  RequireRole,
  SignedIn,
  type AccessDecision,
  type AccessOptions,
  type RequiredRole,
} from './access-decision.js';
export { Authenticator } from './authenticator.js';
export { CurrentScope } from './current-scope.decorator.js';
export { Scope, type Actor, type Role, type ScopeInit, type TokenScope } from './scope.js';
