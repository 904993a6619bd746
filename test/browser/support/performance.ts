import type { Page } from 'playwright-core';

export interface Measured {
  /** Cumulative layout shift since the navigation, without those that follow an input. */
  readonly layoutShift: number;
  /** The longest task of the main thread, in milliseconds; 0 when none took over 50. */
  readonly longestTask: number;
}

interface Notes {
  shift: number;
  longest: number;
}

/** Before the first navigation of the window. */
export async function watchPerformance(page: Page): Promise<() => Promise<Measured>> {
  await page.addInitScript(() => {
    const notes: Notes = { shift: 0, longest: 0 };
    Object.assign(window, { edeNotes: notes });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) notes.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) notes.longest = Math.max(notes.longest, duration);
    }).observe({ type: 'longtask', buffered: true });
  });
  return async () => {
    const { shift, longest } = await page.evaluate(() => (window as unknown as { edeNotes: Notes }).edeNotes);
    return { layoutShift: shift, longestTask: longest };
  };
}
