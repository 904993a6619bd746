import { queryOptions } from '@tanstack/react-query';
import { api } from './client';

interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly reason?: string;
}

const POLL_MS = 30_000;

/** What the server lacks, in its own words; empty when all is well. A server that is away says so on each page. */
export const readinessQuery = queryOptions({
  queryKey: ['readiness'],
  queryFn: async ({ signal }): Promise<string[]> => {
    const { error } = await api.GET('/health/ready', { signal });
    const { checks = [] } = (error ?? {}) as { checks?: readonly Check[] };
    return checks.filter(({ ok, name }) => !ok && name !== 'lifecycle').map(({ name, reason }) => reason ?? name);
  },
  refetchInterval: POLL_MS,
  retry: false,
});
