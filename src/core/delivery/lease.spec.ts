import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Lease } from './lease.js';

describe('a lease', () => {
  let lost: number;
  const hold = (keep: () => Promise<boolean>, begunAt = performance.now()) =>
    new Lease(900, begunAt, keep, () => (lost += 1));

  beforeEach(() => {
    lost = 0;
    jest.useFakeTimers();
  });
  afterEach(() => void jest.useRealTimers());

  it('lasts as long as it is renewed', async () => {
    const lease = hold(async () => true);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(lost).toBe(0);
    lease.end();
  });

  it('survives a renewal that fails, and ends when none comes through in its time', async () => {
    let calls = 0;
    hold(async () => {
      calls += 1;
      if (calls > 1) throw new Error('away');
      return true;
    });
    await jest.advanceTimersByTimeAsync(1_199); // renewed at 300, so good until 1,200
    expect(lost).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(lost).toBe(1);
  });

  it('ends at once when somebody else has the message', async () => {
    hold(async () => false);
    await jest.advanceTimersByTimeAsync(300);
    expect(lost).toBe(1);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(lost).toBe(1);
  });

  it('counts from before the claim was asked for', async () => {
    hold(() => new Promise(() => undefined), performance.now() - 600);
    await jest.advanceTimersByTimeAsync(300);
    expect(lost).toBe(1);
  });

  it('counts a slow renewal from when it was asked for', async () => {
    const answers: ((isOurs: boolean) => void)[] = [];
    hold(() => new Promise((resolve) => answers.push(resolve)));
    await jest.advanceTimersByTimeAsync(850);
    answers[0]?.(true); // asked at 300
    await jest.advanceTimersByTimeAsync(349);
    expect(lost).toBe(0);
    await jest.advanceTimersByTimeAsync(1);
    expect(lost).toBe(1);
  });

  it('is not lost any more once the worker is done', async () => {
    const lease = hold(async () => false);
    lease.end();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(lost).toBe(0);
  });
});
