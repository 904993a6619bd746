import { textSearch } from '../../app/search';

/** Filters, order and page of the list; the names are those of the API. */
export const connectorsSearch = textSearch(
  'category',
  'provider_type',
  'status',
  'is_enabled',
  'is_default',
  'q',
  'sort',
  'cursor',
  'oauth',
  'reason',
);

/** The open tab, and how a consent page ended. */
export const connectorSearch = textSearch('tab', 'oauth', 'reason', 'cursor');
