import type { EntityManager } from 'typeorm';

/** Milliseconds that a change of a default may wait for another process's. */
export const DEFAULT_LOCK_TIMEOUT_MS = 30_000;

/** One default per organization and category: what the queue and the lock are keyed by. */
export function defaultKey(organizationId: string, category: string): string {
  return `ir.connector.default:${organizationId}:${category}`;
}

/**
 * Takes the advisory lock of a default until the end of the transaction. Must come before any row lock: a row lock
 * first, then this one, deadlocks with a concurrent switch. Re-entrant within a transaction.
 */
export async function lockDefault(manager: EntityManager, organizationId: string, category: string): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [defaultKey(organizationId, category)]);
}
