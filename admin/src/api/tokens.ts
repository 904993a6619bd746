import { queryOptions } from '@tanstack/react-query';
import { api, answer, type Schemas } from './client';

export type ApiToken = Schemas['TokenResponse'];
export type TokenScope = ApiToken['scopes'][number];

export function tokensQuery(page: { cursor?: string }) {
  return queryOptions({
    queryKey: ['tokens', page],
    queryFn: ({ signal }) => answer(api.GET('/api/auth/tokens', { params: { query: page }, signal })),
  });
}
