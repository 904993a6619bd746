import type { Operation } from '../../support/openapi.js';
import type { Actor } from './world.js';

/** Whether the guard must refuse the caller with 403, whatever he names: by the role that the document tells. */
export function mustRefuse({ method, role, takesTokens }: Operation, actor: Actor): boolean {
  if (actor.scopes !== null && (!takesTokens || !hasScope(method, role, actor.scopes))) return true;
  if (role === 'instance_admin') return actor.role !== 'instance_admin';
  return role === 'admin' && actor.role === 'member';
}

/** What no token may without one of these scopes; a route may ask for more than is known here. */
function hasScope(method: string, role: Operation['role'], scopes: readonly string[]): boolean {
  if (method === 'GET') return scopes.includes('read') || scopes.includes('admin');
  if (role === 'instance_admin') return scopes.includes('admin');
  return scopes.some((scope) => scope !== 'read');
}
