import type { ConnectorFilter } from '../../api/connectors';
import type { connectorsSearch } from './search';
import { STATUS_CHOICES } from './status-words';

export type ListSearch = ReturnType<typeof connectorsSearch>;
export type FilterKey = (typeof FILTERS)[number];

const FILTERS = ['category', 'provider_type', 'status', 'is_default', 'is_enabled', 'q'] as const;

/** Every order that the API knows, in the words of the list. */
export const SORTS = [
  { value: '-created_at', label: 'Newest first' },
  { value: 'created_at', label: 'Oldest first' },
  { value: 'name', label: 'Name, A to Z' },
  { value: '-name', label: 'Name, Z to A' },
  { value: '-last_tested_at', label: 'Tested most recently' },
  { value: 'last_tested_at', label: 'Tested longest ago' },
] as const;
export const DEFAULT_SORT = SORTS[0].value;

/** What the list asks the API for; what an address holds that cannot be is left out. */
export function filterOf(search: ListSearch): ConnectorFilter {
  const filter: ConnectorFilter = {
    category: search.category,
    provider_type: search.provider_type,
    status: STATUS_CHOICES.find(({ value }) => value === search.status)?.value,
    is_default: booleanOf(search.is_default),
    is_enabled: booleanOf(search.is_enabled),
    q: search.q,
    sort: sortOf(search),
    cursor: search.cursor,
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

export function sortOf({ sort }: ListSearch): (typeof SORTS)[number]['value'] {
  return SORTS.find(({ value }) => value === sort)?.value ?? DEFAULT_SORT;
}

export function hasFilters(search: ListSearch): boolean {
  return FILTERS.some((key) => search[key] !== undefined);
}

/** Another filter or order is another list: it starts at its first page. A provider belongs to one category. */
export function withChange(search: ListSearch, change: Partial<ListSearch>): ListSearch {
  const next: ListSearch = { ...withoutResult(search), ...change, cursor: undefined };
  if ('category' in change && !('provider_type' in change)) next.provider_type = undefined;
  return present(next);
}

export function withoutFilters({ sort }: ListSearch): ListSearch {
  return present({ sort });
}

/** The end of a consent is said once. */
export function withoutResult(search: ListSearch): ListSearch {
  return present({ ...search, oauth: undefined, reason: undefined });
}

export function atPage(search: ListSearch, cursor: string | undefined): ListSearch {
  return present({ ...withoutResult(search), cursor });
}

function present(search: ListSearch): ListSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''));
}

function booleanOf(text: string | undefined): boolean | undefined {
  if (text === 'true') return true;
  return text === 'false' ? false : undefined;
}
