import { describe, expect, it } from '@jest/globals';
import { DeadlineError, withDeadline } from './deadline.js';

const never = new AbortController().signal;
const endless = () => new Promise<never>(() => undefined);

describe('a deadline', () => {
  it('hands on what the work gives or throws', async () => {
    expect(await withDeadline(1_000, never, () => Promise.resolve('done'))).toBe('done');
    await expect(withDeadline(1_000, never, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('ends work that takes too long, and tells it', async () => {
    let told: unknown;
    const work = (signal: AbortSignal) => {
      signal.addEventListener('abort', () => (told = signal.reason));
      return endless();
    };
    await expect(withDeadline(1, never, work)).rejects.toBeInstanceOf(DeadlineError);
    expect(told).toBeInstanceOf(DeadlineError);
  });

  it('ends with its caller, for his reason, and starts nothing for one who has given up', async () => {
    const controller = new AbortController();
    const waiting = withDeadline(60_000, controller.signal, endless);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    let isStarted = false;
    const start = () => Promise.resolve((isStarted = true));
    await expect(withDeadline(60_000, controller.signal, start)).rejects.toThrow('enough');
    expect(isStarted).toBe(false);
  });
});
