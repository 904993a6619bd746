import type { Category } from '../../api/connector-categories';
import type { ProviderType } from '../../api/connectors';

export interface CatalogGroup {
  readonly category: Category;
  readonly types: readonly ProviderType[];
}

interface CatalogSearch {
  readonly category?: string;
  /** Every word must be found in name, description or key. */
  readonly q?: string;
}

/** The providers by category; categories without a match are left out. */
export function catalogGroups(
  categories: readonly Category[],
  types: readonly ProviderType[],
  { category, q = '' }: CatalogSearch,
): CatalogGroup[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return categories
    .filter(({ key }) => category === undefined || key === category)
    .map((found) => ({
      category: found,
      types: types.filter((type) => type.category === found.key && matches(type, found, words)),
    }))
    .filter(({ types: found }) => found.length > 0);
}

function matches(type: ProviderType, category: Category, words: readonly string[]): boolean {
  const text = [type.display_name, type.description ?? '', type.provider_type, category.display_name]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}
