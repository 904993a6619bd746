import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { sessionQuery, setupQuery, type Session } from '../../api/session';

/** @returns what a page does with a new session: keep it and go on, without the entrance in the history. */
export function useSignedIn(target: string): (session: Session) => void {
  const queries = useQueryClient();
  const router = useRouter();
  return (session) => {
    queries.clear();
    queries.setQueryData(sessionQuery.queryKey, session);
    queries.setQueryData(setupQuery.queryKey, { required: false });
    router.history.replace(target);
  };
}
