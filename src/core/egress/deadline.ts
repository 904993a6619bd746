/** A step that took longer than it may. */
export class DeadlineError extends Error {
  constructor() {
    super('The time for this step is up');
    this.name = 'DeadlineError';
  }
}

/**
 * Runs `work` with a signal that aborts when `signal` does or after `ms`; whichever it is, the wait ends at once.
 * @throws DeadlineError when the time is up, the signal's reason when that aborts, or what `work` throws.
 */
export async function withDeadline<T>(
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DeadlineError()), ms);
  const forward = () => controller.abort(signal.reason);
  signal.addEventListener('abort', forward, { once: true });
  const ended = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error), { once: true });
  });
  try {
    return await Promise.race([ended, work(controller.signal)]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', forward);
  }
}
