import type { Check } from '../../api/connector-history';

export interface ChartPoint {
  readonly check: Check;
  /** Centre, in the units of the drawing. */
  readonly x: number;
  readonly y: number;
}

export interface ChartSize {
  readonly width: number;
  readonly height: number;
  /** Room for half a mark on each side. */
  readonly padding: number;
}

/** Oldest left, slowest at the top; the scale starts at zero, so that a flat line is flat. */
export function chartPoints(checks: readonly Check[], { width, height, padding }: ChartSize): ChartPoint[] {
  const oldestFirst = [...checks].reverse();
  const top = topOf(checks);
  const step = oldestFirst.length > 1 ? (width - 2 * padding) / (oldestFirst.length - 1) : 0;
  return oldestFirst.map((check, index) => ({
    check,
    x: oldestFirst.length > 1 ? padding + index * step : width / 2,
    y: height - padding - (check.latency_ms / top) * (height - 2 * padding),
  }));
}

/** A round number that no latency exceeds. */
export function topOf(checks: readonly Check[]): number {
  const slowest = Math.max(10, ...checks.map(({ latency_ms }) => latency_ms));
  const power = 10 ** Math.floor(Math.log10(slowest));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= slowest) ?? slowest;
}

/** What the picture shows, for who does not see it. */
export function chartSummary(checks: readonly Check[]): string {
  const [latest] = checks;
  if (!latest) return 'No tests';
  const passed = checks.filter(({ success }) => success).length;
  const times = checks.map(({ latency_ms }) => latency_ms);
  return `${String(passed)} of ${String(checks.length)} tests passed, between ${String(Math.min(...times))} and ${String(Math.max(...times))} ms. The latest ${latest.success ? 'passed' : 'did not pass'}.`;
}
