import { queryOptions } from '@tanstack/react-query';
import { api, answer, type Schemas } from './client';

export type Category = Schemas['CategoryResponse'];

/** The categories, and what the session's organization routes through now. */
export const categoriesQuery = queryOptions({
  queryKey: ['connector-categories'],
  queryFn: async ({ signal }) => (await answer(api.GET('/api/connectors/categories', { signal }))).items,
});

export function categoryName(categories: readonly Category[] | undefined, key: string): string {
  return categories?.find((category) => category.key === key)?.display_name ?? key;
}
