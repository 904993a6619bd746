import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RecurringWork } from './recurring-work.js';

const INTERVAL_MS = 1_000;

describe('recurring work', () => {
  let runs: { signal: AbortSignal; end: () => void; fail: (error: Error) => void }[];
  let failures: unknown[];
  let work: RecurringWork;

  beforeEach(() => {
    jest.useFakeTimers();
    [runs, failures] = [[], []];
    work = new RecurringWork(
      INTERVAL_MS,
      (signal) => new Promise((end, fail) => runs.push({ signal, end, fail })),
      (error) => failures.push(error),
    );
  });
  afterEach(() => void jest.useRealTimers());

  it('is done at once and again each time, also after it failed', async () => {
    work.start();
    runs[0]?.fail(new Error('away'));
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(failures).toEqual([new Error('away')]);
    expect(runs).toHaveLength(2);
    runs[1]?.end();
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(runs).toHaveLength(3);
  });

  it('is not begun again while it is being done', async () => {
    work.start();
    await jest.advanceTimersByTimeAsync(2 * INTERVAL_MS);
    expect(runs).toHaveLength(1);
    runs[0]?.end();
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(runs).toHaveLength(2);
  });

  it('is told of a stop, which waits for it and lets no other run begin', async () => {
    work.start();
    let isStopped = false;
    const stopped = work.stop().then(() => (isStopped = true));
    await jest.advanceTimersByTimeAsync(INTERVAL_MS);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([true]);
    expect(isStopped).toBe(false);
    runs[0]?.end();
    await stopped;
    await jest.advanceTimersByTimeAsync(2 * INTERVAL_MS);
    expect(runs).toHaveLength(1);
  });

  it('can be stopped without having been started', async () => {
    await work.stop();
    expect(runs).toEqual([]);
  });
});
