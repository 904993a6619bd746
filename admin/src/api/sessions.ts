import { queryOptions } from '@tanstack/react-query';
import { api, answer, type Schemas } from './client';

export type OwnSession = Schemas['SessionItemResponse'];

export function sessionsQuery(page: { cursor?: string }) {
  return queryOptions({
    queryKey: ['sessions', page],
    queryFn: ({ signal }) => answer(api.GET('/api/auth/sessions', { params: { query: page }, signal })),
  });
}
