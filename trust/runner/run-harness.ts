import { setTimeout as sleep } from 'node:timers/promises';
import { HarnessContext } from './context.js';
import type { Harness, Outcome } from './harness.js';
import { makeCopy, SHIPPED, type Build } from './weakened-build.js';

const MAX_MS = 40 * 60_000;

export interface RunOptions {
  readonly seed: number;
  readonly isShort: boolean;
  /** A cut of this harness. */
  readonly cut: string | null;
  readonly note: (line: string) => void;
  /** Ends the attack before its end; what was opened is closed all the same. */
  readonly signal?: AbortSignal;
}

/** Runs one harness against the shipped or a weakened build, and closes all that it opened. */
export async function runHarness(harness: Harness, options: RunOptions): Promise<Outcome> {
  const start = performance.now();
  const result = await attempt(harness, options).catch((error: unknown) => ({
    counts: {},
    figure: 'not carried out',
    failures: [],
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  return {
    name: harness.name,
    cut: options.cut,
    seed: options.seed,
    counts: result.counts,
    figure: result.figure,
    pass: result.error === null && result.failures.length === 0,
    failures: result.failures,
    error: result.error,
    seconds: (performance.now() - start) / 1000,
  };
}

async function attempt(harness: Harness, options: RunOptions) {
  const build = buildOf(harness, options.cut);
  try {
    const context = new HarnessContext(build, options.seed, options.isShort, (line) =>
      options.note(`${harness.name}: ${line}`),
    );
    try {
      return { ...(await inTime(harness.run(context), options.signal)), error: null };
    } finally {
      await context.close();
    }
  } finally {
    build.remove();
  }
}

/** A line that hangs is no proof either. */
async function inTime<Value>(work: Promise<Value>, stop?: AbortSignal): Promise<Value> {
  const timer = new AbortController();
  const late = sleep(MAX_MS, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`Not done after ${MAX_MS / 60_000} minutes`);
  });
  const stopped = new Promise<never>((_, reject) => {
    stop?.addEventListener('abort', () => reject(stop.reason as Error), { signal: timer.signal });
  });
  try {
    stop?.throwIfAborted();
    return await Promise.race([work, late, stopped]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}

function buildOf(harness: Harness, cut: string | null): Build & { remove(): void } {
  const { additions = [] } = harness;
  if (cut === null && additions.length === 0) return { ...SHIPPED, remove: () => undefined };
  if (cut === null) return makeCopy(harness.name, { additions });
  const edits = harness.cuts[cut];
  if (edits === undefined) throw new Error(`${harness.name} has no cut named ${cut}`);
  return makeCopy(cut, { cut: edits, additions });
}
