import { useMediaQuery } from '@mantine/hooks';
import { useRouterState } from '@tanstack/react-router';
import { useEffect, useState, type MouseEvent, type RefObject } from 'react';

/** Below it the menu covers the page: Mantine's `sm`. */
export const MENU_BREAKPOINT = 'sm';
const WIDE = '(min-width: 48em)';

/**
 * The menu of a narrow window: closed, it is out of reach; open, the page is. On a wide one it always stands there.
 * @param burger has the focus again when Escape closes the menu.
 */
export function usePhoneMenu(burger: RefObject<HTMLElement | null>, menu: RefObject<HTMLElement | null>) {
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const [openAt, setOpenAt] = useState<string | null>(null);
  // It closes when something was chosen; the page that comes takes the focus.
  if (openAt !== null && openAt !== path) setOpenAt(null);
  const isOpen = openAt === path;
  const isCovering = isOpen && !isWide;
  useEffect(() => {
    if (!isCovering) return undefined;
    menu.current?.querySelector('a')?.focus();
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpenAt(null);
      burger.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [isCovering, burger, menu]);
  // The page that is open already does not come: the focus goes back.
  const onClick = ({ target }: MouseEvent) => {
    if (!isCovering || !(target instanceof Element) || target.closest('a') === null) return;
    setOpenAt(null);
    burger.current?.focus();
  };
  return { isOpen, isCovering, onClick, isHidden: !isOpen && !isWide, toggle: () => setOpenAt(isOpen ? null : path) };
}
