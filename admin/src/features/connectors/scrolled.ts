/** A table that is wider than a phone is scrolled by keyboard too. */
export const SCROLLED = { viewportProps: { tabIndex: 0 } } as const;
