import { decodeCursor, encodeCursor, type Page, type PageQuery } from '../../core/web/index.js';

/** What a list is ordered by: the newest first, ties by id. */
export interface CreatedRow {
  readonly createdAt: Date;
}

/** Where a page begins: `[created_at, id]` of the last item before it, nulls for the first page. */
export type CreatedPosition = readonly [createdAt: string | null, id: string | null];

/**
 * Reads the cursor of a list that is sorted by `-created_at`.
 * @param shape names the list and its filters. @throws InvalidInputError for the cursor of another list.
 */
export function positionOf(shape: string, query: PageQuery): CreatedPosition {
  if (query.cursor === undefined) return [null, null];
  const [createdAt, id] = decodeCursor(shape, query.cursor, ['timestamp', 'uuid']);
  return [String(createdAt), String(id)];
}

/**
 * Makes a page of rows that were read with `LIMIT query.limit + 1`.
 * @param toItem gives the wire form. @param idOf the id that breaks ties.
 */
export function pageOf<Row extends CreatedRow, Item>(
  rows: readonly Row[],
  paging: { readonly shape: string; readonly query: PageQuery; readonly idOf: (row: Row) => string },
  toItem: (row: Row) => Item,
): Page<Item> {
  const { shape, query, idOf } = paging;
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const isMore = rows.length > shown.length && last !== undefined;
  return {
    items: shown.map(toItem),
    next_cursor: isMore ? encodeCursor(shape, [last.createdAt.toISOString(), idOf(last)]) : null,
  };
}
