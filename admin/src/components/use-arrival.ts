import { useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, type RefObject } from 'react';

/** Where the page that the user looks at stands; `null` before the first one. */
let arrivedAt: string | null = null;

/**
 * Moves the focus to the heading of a page that the user went to, so that the keyboard goes on there and a screen reader
 * says where it is. Not at the first page, whose focus is the browser's, and not where an input of the page took it.
 */
export function useArrival(): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  // Of the page that is shown, while the next one loads.
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  useEffect(() => {
    if (path === undefined || path === arrivedAt) return;
    const isFirst = arrivedAt === null;
    arrivedAt = path;
    if (!isFirst && !isInside(heading.current?.closest('main'))) heading.current?.focus({ preventScroll: true });
  }, [path]);
  return heading;
}

function isInside(main: Element | null | undefined): boolean {
  const { activeElement } = document;
  return activeElement !== main && main?.contains(activeElement) === true;
}
