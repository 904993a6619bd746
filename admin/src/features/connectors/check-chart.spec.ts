import { describe, expect, it } from '@jest/globals';
import type { Check } from '../../api/connector-history';
import { chartPoints, chartSummary, topOf } from './check-chart';

const check = (latency_ms: number, success = true): Check => ({
  id: String(latency_ms),
  checked_at: '2026-11-24T09:30:00.000Z',
  outcome: success ? 'ok' : 'failed',
  success,
  message: '',
  latency_ms,
  deep: false,
  stale: false,
  steps: [],
  user_id: null,
});
const size = { width: 100, height: 50, padding: 5 };

describe('the chart of tests', () => {
  it('runs from the oldest on the left to the newest on the right, within its frame', () => {
    const points = chartPoints([check(100), check(0), check(50)], size);
    expect(points.map(({ x }) => x)).toEqual([5, 50, 95]);
    expect(points.map(({ check: { latency_ms } }) => latency_ms)).toEqual([50, 0, 100]);
    expect(points.map(({ y }) => y)).toEqual([25, 45, 5]);
  });

  it('puts a single test in the middle', () => {
    expect(chartPoints([check(0)], size)).toMatchObject([{ x: 50, y: 45 }]);
  });

  it.each([
    [[], 10],
    [[3], 10],
    [[101], 200],
    [[1000], 1000],
    [[2001, 7], 5000],
  ])('has a round scale for %j', (times, top) => {
    expect(topOf(times.map((time) => check(time)))).toBe(top);
  });

  it('is said in a sentence', () => {
    expect(chartSummary([check(30, false), check(10)])).toBe(
      '1 of 2 tests passed, between 10 and 30 ms. The latest did not pass.',
    );
    expect(chartSummary([])).toBe('No tests');
  });
});
