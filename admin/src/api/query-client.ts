import { QueryClient } from '@tanstack/react-query';
import { ServerAwayError } from './problem';

const MAX_RETRIES = 2;

/** Answers are shown from the cache at once and asked for again; only an unreachable server is tried again. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        retry: (count, error) => error instanceof ServerAwayError && count < MAX_RETRIES,
        retryDelay: (attempt) => 500 * 2 ** attempt,
      },
      mutations: { retry: false },
    },
  });
}
