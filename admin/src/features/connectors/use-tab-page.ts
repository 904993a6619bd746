import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { issueAt } from '../../components/issues';

const route = getRouteApi('/app/settings/integrations/connectors/$id');

/** The page of a tab's list, kept in the address. */
export function useTabCursor() {
  const { cursor } = route.useSearch();
  const navigate = route.useNavigate();
  const go = (next: string | undefined, replace = false) =>
    void navigate({ search: (search) => ({ ...search, cursor: next }), replace, resetScroll: false });
  return { cursor, go };
}

/** The address may hold the page of another tab's list: then the first page is meant. */
export function useOwnCursor(error: unknown, { cursor, go }: ReturnType<typeof useTabCursor>): boolean {
  const isForeign = cursor !== undefined && issueAt(error, 'cursor') !== undefined;
  useEffect(() => {
    if (isForeign) go(undefined, true);
  });
  return isForeign;
}
