import { queryOptions } from '@tanstack/react-query';
import { api, answer, type Schemas } from './client';

export type Keys = Schemas['KeysResponse'];
export type OwnerKeys = Schemas['OwnerKeysResponse'];
export type Rotation = Schemas['RotationResponse'];
export type RotationKind = Rotation['kind'];

const POLL_MS = 2_000;

export function keysQuery(page: { cursor?: string }) {
  return queryOptions({
    queryKey: ['keys', 'state', page],
    queryFn: ({ signal }) => answer(api.GET('/api/keys', { params: { query: page }, signal })),
  });
}

/** The newest ones; looked at again while one goes on. */
export const rotationsQuery = queryOptions({
  queryKey: ['keys', 'rotations'],
  queryFn: ({ signal }) => answer(api.GET('/api/keys/rotations', { params: { query: { limit: 5 } }, signal })),
  refetchInterval: ({ state }) => (state.data?.items.some(isUnderWay) ?? false) && POLL_MS,
});

export function isUnderWay({ status }: Pick<Rotation, 'status'>): boolean {
  return status !== 'completed';
}
