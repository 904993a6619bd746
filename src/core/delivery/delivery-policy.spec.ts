import { describe, expect, it } from '@jest/globals';
import { DeliveryPolicy } from './delivery-policy.js';

describe('the wait after a failed attempt', () => {
  const policy = new DeliveryPolicy({ backoffMs: [1_000, 5_000], maxDelayMs: 60_000 });

  it('grows with the attempts and differs by chance, a fifth at most', () => {
    const first = Array.from({ length: 50 }, () => policy.delayAfter(1));
    expect(new Set(first).size).toBeGreaterThan(1);
    for (const delay of first) expect(delay >= 1_000 && delay <= 1_200).toBe(true);
    for (const attempts of [2, 3, 10]) {
      const delay = policy.delayAfter(attempts);
      expect(delay >= 5_000 && delay <= 6_000).toBe(true);
    }
  });

  it('is as long as the service asks, within a limit', () => {
    expect(policy.delayAfter(1, 30_000)).toBe(30_000);
    expect(policy.delayAfter(1, 9_000_000)).toBe(60_000);
    expect(policy.delayAfter(2, 10)).toBeGreaterThanOrEqual(5_000);
  });

  it('is none when there are no steps', () => {
    expect(new DeliveryPolicy({ backoffMs: [] }).delayAfter(1)).toBe(0);
  });
});
