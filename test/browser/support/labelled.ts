import type { Locator, Page } from 'playwright-core';

/** The input with exactly this label; the mark of what is required does not count. */
export function labelled(page: Page, label: string): Locator {
  return page.getByLabel(new RegExp(`^${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(\\s*\\*)?$`));
}
