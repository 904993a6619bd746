import type { UseQueryResult } from '@tanstack/react-query';
import { ProblemAlert } from './problem-alert';

type Query = Pick<UseQueryResult, 'data' | 'error' | 'refetch'>;

/** Over something that was read and could not be read again: it stays, and may be old. */
export function StaleAlert({ query: { data, error, refetch } }: { readonly query: Query }) {
  if (data === undefined) return null;
  return <ProblemAlert error={error} title="What you see may be old" onRetry={() => void refetch()} />;
}
