import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DailyWork } from './daily-work.js';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('daily work', () => {
  let runs: { signal: AbortSignal; end: () => void; fail: (error: Error) => void }[];
  let failures: unknown[];
  let daily: DailyWork;

  beforeEach(() => {
    jest.useFakeTimers();
    [runs, failures] = [[], []];
    daily = new DailyWork(
      (signal) => new Promise((end, fail) => runs.push({ signal, end, fail })),
      (error) => failures.push(error),
    );
  });
  afterEach(() => void jest.useRealTimers());

  it('is done at once and every day, also after a day on which it failed', async () => {
    daily.start();
    runs[0]?.fail(new Error('away'));
    await jest.advanceTimersByTimeAsync(DAY_MS);
    expect(failures).toEqual([new Error('away')]);
    expect(runs).toHaveLength(2);
    runs[1]?.end();
    await jest.advanceTimersByTimeAsync(DAY_MS);
    expect(runs).toHaveLength(3);
  });

  it('is not begun again while it is being done', async () => {
    daily.start();
    await jest.advanceTimersByTimeAsync(2 * DAY_MS);
    expect(runs).toHaveLength(1);
    runs[0]?.end();
    await jest.advanceTimersByTimeAsync(DAY_MS);
    expect(runs).toHaveLength(2);
  });

  it('is told of a stop, which waits for it and lets no other run begin', async () => {
    daily.start();
    let isStopped = false;
    const stopped = daily.stop().then(() => (isStopped = true));
    await jest.advanceTimersByTimeAsync(DAY_MS);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([true]);
    expect(isStopped).toBe(false);
    runs[0]?.end();
    await stopped;
    await jest.advanceTimersByTimeAsync(2 * DAY_MS);
    expect(runs).toHaveLength(1);
  });

  it('can be stopped without having been started', async () => {
    await daily.stop();
    expect(runs).toEqual([]);
  });
});
