import { Group, Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import type { Check } from '../../api/connector-history';
import { exactTime } from '../../components/relative-time';
import classes from './check-chart.module.css';
import { chartPoints, chartSummary, topOf, type ChartPoint } from './check-chart';
import { OUTCOMES } from './test-result';
import type { Outcome } from './test-words';

const HEIGHT = 120;
const PADDING = 8;
const SHAPES: Readonly<Record<Outcome, string>> = {
  ok: 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0',
  degraded: 'M0 -5.5L5.5 4.5H-5.5Z',
  failed: 'M-4.5 -4.5L4.5 4.5M4.5 -4.5L-4.5 4.5',
  not_testable: 'M0 -5L5 0L0 5L-5 0Z',
};

/** How long the tests took and how they ended: told by shape as well as by colour, and by the table below. */
export function CheckChart({ checks }: { readonly checks: readonly Check[] }) {
  // Drawn in the pixels that there are, so that marks have the same size on a phone.
  const { ref, width } = useElementSize();
  const points = chartPoints(checks, { width, height: HEIGHT, padding: PADDING });
  return (
    <figure className={classes.figure}>
      <Text size="xs" c="dimmed" aria-hidden>
        {topOf(checks)} ms
      </Text>
      <div ref={ref}>
        <svg role="img" aria-label={chartSummary(checks)} width={width} height={HEIGHT} className={classes.chart}>
          <line className={classes.axis} x1={0} x2={width} y1={HEIGHT - 1} y2={HEIGHT - 1} />
          <polyline className={classes.line} points={points.map(({ x, y }) => `${String(x)},${String(y)}`).join(' ')} />
          {points.map((point) => (
            <Mark key={point.check.id} point={point} />
          ))}
        </svg>
      </div>
      <Group gap="md" component="figcaption" aria-hidden>
        {(Object.keys(SHAPES) as Outcome[]).map((outcome) => (
          <Group key={outcome} gap={6}>
            <svg width={14} height={14} viewBox="-7 -7 14 14">
              <path d={SHAPES[outcome]} className={classes.mark} data-outcome={outcome} />
            </svg>
            <Text size="xs">{OUTCOMES[outcome].label}</Text>
          </Group>
        ))}
      </Group>
    </figure>
  );
}

function Mark({ point: { check, x, y } }: { readonly point: ChartPoint }) {
  return (
    <path
      d={SHAPES[check.outcome]}
      transform={`translate(${String(x)} ${String(y)})`}
      className={classes.mark}
      data-outcome={check.outcome}
    >
      <title>{`${exactTime(check.checked_at)}: ${OUTCOMES[check.outcome].label}, ${String(check.latency_ms)} ms`}</title>
    </path>
  );
}
