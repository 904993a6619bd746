import { QueryClient } from '@tanstack/react-query';
import { ServerAwayError } from './problem';

const MAX_RETRIES = 2;

/**
 * Answers are shown from the cache at once and asked for again; only an unreachable server is tried again.
 * Without a network a request fails at once: one that waits for it would keep its form closed without a word.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: 'always',
        staleTime: 5_000,
        retry: (count, error) => error instanceof ServerAwayError && count < MAX_RETRIES,
        retryDelay: (attempt) => 500 * 2 ** attempt,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}
