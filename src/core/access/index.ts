export { Scope, type Actor, type Role, type ScopeInit, type TokenScope } from './scope.js';
