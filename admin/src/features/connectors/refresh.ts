import type { QueryClient } from '@tanstack/react-query';

/** After a change: the lists, the record with its tabs, and what the categories route to. */
export async function refreshConnectors(queries: QueryClient): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['connectors'] }),
    queries.invalidateQueries({ queryKey: ['connector-categories'] }),
  ]);
}
