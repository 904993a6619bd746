import { useSyncExternalStore } from 'react';

const SECOND_MS = 1_000;

/**
 * Counts down to a time.
 * @param deadline milliseconds since the epoch.
 * @returns seconds; 0 once it has come.
 */
export function useWait(deadline: number): number {
  return useSyncExternalStore(onSecond, () => Math.max(0, Math.ceil((deadline - Date.now()) / SECOND_MS)));
}

function onSecond(tell: () => void): () => void {
  const timer = window.setInterval(tell, SECOND_MS);
  return () => window.clearInterval(timer);
}
