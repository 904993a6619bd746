import type { QueryClient } from '@tanstack/react-query';
import { sessionQuery } from './session';

/** After a change of a user: when it is the one who is signed in, everything may look different to him. */
export async function refreshIfOwn(queries: QueryClient, userId: string): Promise<void> {
  const session = queries.getQueryData(sessionQuery.queryKey);
  if (session?.user.id === userId) await queries.invalidateQueries();
}
