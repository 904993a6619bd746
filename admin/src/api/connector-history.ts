import { queryOptions } from '@tanstack/react-query';
import { api, answer, type Schemas } from './client';
import { ApiError } from './problem';

export type Check = Schemas['CheckResponse'];
export type ConnectorChange = Schemas['ConnectorAuditResponse'];
export type Usage = Schemas['UsageResponse'];

// Below the key of the record: a change of it asks for these again.
const keyOf = (id: string, part: string) => ['connectors', 'one', id, part] as const;

/** Past tests, newest first. */
export function checksQuery(id: string, cursor: string | undefined) {
  return queryOptions({
    queryKey: [...keyOf(id, 'checks'), cursor],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/connectors/{id}/checks', { params: { path: { id }, query: { cursor } }, signal })),
  });
}

/** Who changed what, newest first; for administrators. */
export function changesQuery(id: string, cursor: string | undefined) {
  return queryOptions({
    queryKey: [...keyOf(id, 'audit'), cursor],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/connectors/{id}/audit', { params: { path: { id }, query: { cursor } }, signal })),
  });
}

export function usagesQuery(id: string) {
  return queryOptions({
    queryKey: keyOf(id, 'usages'),
    queryFn: async ({ signal }) =>
      (await answer(api.GET('/api/connectors/{id}/usages', { params: { path: { id } }, signal }))).items,
  });
}

/** What a refused deletion names. */
export function usesOf(error: unknown): readonly Usage[] {
  if (!(error instanceof ApiError) || error.code !== 'connector_in_use') return [];
  const { uses } = error.problem as { readonly uses?: unknown };
  return Array.isArray(uses) ? (uses as Usage[]) : [];
}
