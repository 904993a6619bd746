import { queryOptions } from '@tanstack/react-query';
import { api, answer, type Schemas } from './client';

export type StoredDocument = Schemas['DocumentResponse'];

export function documentsQuery(filter: { cursor?: string; organization_id?: string }) {
  return queryOptions({
    queryKey: ['documents', filter],
    queryFn: ({ signal }) => answer(api.GET('/api/storage/documents', { params: { query: filter }, signal })),
  });
}

export function deleteDocument(id: string, isForget: boolean): Promise<unknown> {
  const query = isForget ? { forget: true } : {};
  return answer(api.DELETE('/api/storage/documents/{id}', { params: { path: { id }, query } }));
}

export function contentUrl(id: string): string {
  return `/api/storage/documents/${id}/content`;
}
