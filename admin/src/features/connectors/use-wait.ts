import { useEffect, useState } from 'react';
import { ApiError } from '../../api/problem';

/** Seconds that the server asked to wait before the next try, counted down; 0 when it may be tried. */
export function useWait(error: unknown): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const seconds = error instanceof ApiError ? (error.retryAfter ?? 0) : 0;
    setLeft(seconds);
    if (seconds === 0) return undefined;
    const timer = window.setInterval(() => setLeft((now) => Math.max(0, now - 1)), 1_000);
    return () => window.clearInterval(timer);
  }, [error]);
  return left;
}
