import { v7 } from 'uuid';

/** A new record id: UUID v7, so ids of one process rise with time. */
export function newId(): string {
  return v7();
}
