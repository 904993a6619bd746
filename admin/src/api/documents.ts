import { queryOptions } from '@tanstack/react-query';
import { api, answer, type Schemas } from './client';
import { ApiError } from './problem';

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

/**
 * Whether the content can be had where it is stored: one byte of it is read, as HEAD does not look there.
 * @throws ApiError, ServerAwayError
 */
export async function checkContent(id: string): Promise<void> {
  const params = { path: { id }, header: { Range: 'bytes=0-0' } };
  try {
    const body = await answer(api.GET('/api/storage/documents/{id}/content', { params, parseAs: 'stream' }));
    await body?.cancel();
  } catch (error) {
    // An empty one has no byte to ask for.
    if (!(error instanceof ApiError && error.status === 416)) throw error;
  }
}
