import type { CDPSession, Page } from 'playwright-core';

export interface Measured {
  /** Cumulative layout shift since the navigation, without those that follow an input. */
  readonly layoutShift: number;
  /** Milliseconds of processor time that the longest task of a page's main thread took: what else runs does not count. */
  readonly longestTask: number;
}

/** What Chromium's trace says of a task, and of a thread. Times are in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Before the first navigation of the window. @returns what ends the watch, once. */
export async function watchPerformance(page: Page): Promise<() => Promise<Measured>> {
  await page.addInitScript(() => {
    const notes = { shift: 0 };
    Object.assign(window, { edeNotes: notes });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) notes.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const session = await page.context().newCDPSession(page);
  const events = await trace(session);
  return async () => {
    const layoutShift = await page.evaluate(
      () => (window as unknown as { edeNotes: { shift: number } }).edeNotes.shift,
    );
    return { layoutShift, longestTask: longestTaskOf(await events()) };
  };
}

async function trace(session: CDPSession): Promise<() => Promise<readonly TraceEvent[]>> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const includedCategories = ['disabled-by-default-devtools.timeline', '__metadata'];
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories } });
  return async () => {
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
    await session.send('Tracing.end');
    await complete;
    return events;
  };
}

/** @throws Error when there is no task of a page in the trace: nothing was measured. */
function longestTaskOf(events: readonly TraceEvent[]): number {
  const isMain = ({ name, args }: TraceEvent) => name === 'thread_name' && args.name === 'CrRendererMain';
  const threads = new Set(events.filter(isMain).map(({ pid, tid }) => `${pid}/${tid}`));
  const tasks = events.filter(({ name, pid, tid }) => name === 'RunTask' && threads.has(`${pid}/${tid}`));
  const times = tasks.flatMap(({ tdur }) => (tdur === undefined ? [] : [tdur / 1000]));
  if (times.length === 0) throw new Error('The trace holds no task of a page');
  return times.reduce((longest, time) => Math.max(longest, time), 0);
}
