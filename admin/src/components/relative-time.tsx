import { Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
const exact = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const TICK_MS = 30_000;

/** "3 min. ago", kept current; the exact time on hover and in the markup. */
export function RelativeTime({ at }: { readonly at: string | null }) {
  const now = useSyncExternalStore(onTick, currentTick);
  if (at === null) return <span>never</span>;
  return (
    <Tooltip label={exactTime(at)}>
      <time dateTime={at}>{relative(at, now)}</time>
    </Tooltip>
  );
}

export function exactTime(at: string): string {
  return exact.format(new Date(at));
}

function relative(at: string, now: number): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  if (!step) return seconds > 0 ? 'in a moment' : 'just now';
  return words.format(Math.trunc(seconds / step[1]), step[0]);
}

function onTick(tell: () => void): () => void {
  const timer = window.setInterval(tell, TICK_MS);
  return () => window.clearInterval(timer);
}

/** The same value within one tick, as React asks of a store; a time of a second ago must not lie in the future. */
function currentTick(): number {
  return Math.ceil(Date.now() / TICK_MS) * TICK_MS;
}
