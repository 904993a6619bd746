import { setTimeout as sleep } from 'node:timers/promises';
import { constraintOf, sqlStateOf } from './database-unavailable.js';

/** How often a transaction is repeated after its first attempt. */
export const MAX_RETRIES = 3;

const BASE_DELAY_MS = 15;

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
const LOCK_NOT_AVAILABLE = '55P03';
const UNIQUE_VIOLATION = '23505';
/** A concurrent writer made another record the default first. */
const DEFAULT_INDEX = 'ir_connector_one_default';

/** Whether the same work may succeed when it is repeated: it lost against a concurrent transaction. */
export function isContention(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state === UNIQUE_VIOLATION) return constraintOf(error) === DEFAULT_INDEX;
  return state === SERIALIZATION_FAILURE || state === DEADLOCK || state === LOCK_NOT_AVAILABLE;
}

/** Waits before a repetition: longer each time, and never the same for two that collided. */
export async function waitBeforeRetry(attempt: number): Promise<void> {
  await sleep(BASE_DELAY_MS * 2 ** attempt * (0.5 + Math.random()));
}
