import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { InvalidInputError } from '../../../core/errors/index.js';
import { AuditTrail, type AuditTrailPage } from '../../../core/ports/index.js';
import { decodeCursor, encodeCursor } from '../../../core/web/index.js';
import { chainOf } from '../chain/chain-link.js';
import { shapeOf, sliceOf, type AuditFilter, type Slice } from './audit-filter.js';
import { trailRowOf, type StoredRow } from './stored-row.js';

/** Rows that an export holds in memory at once. */
const BATCH = 500;

export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string;
}

/** Reads audit rows of one chain. */
@Injectable()
export class AuditReader extends AuditTrail {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  list(organizationId: string, recordType: string, recordId: string, page: PageRequest): Promise<AuditTrailPage> {
    return this.page({ chain: chainOf(organizationId), recordType, recordId }, page);
  }

  /** Newest first. @throws InvalidInputError for a cursor of another list. */
  async page(filter: AuditFilter, { limit, cursor }: PageRequest): Promise<AuditTrailPage> {
    const shape = shapeOf(filter);
    const after = cursor === undefined ? null : placeOf(shape, cursor);
    const found = await this.read(filter, { order: 'DESC', after, limit: limit + 1 });
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    const hasMore = found.length > limit && last !== undefined;
    return { items: rows.map(trailRowOf), nextCursor: hasMore ? encodeCursor(shape, [last.chainSeq]) : null };
  }

  /** Oldest first, to the row that is the newest when it begins; reads a few hundred rows at a time. */
  async *all(filter: AuditFilter): AsyncGenerator<StoredRow> {
    const [end] = await this.read({ chain: filter.chain }, { order: 'DESC', after: null, limit: 1 });
    let after: number | null = null;
    for (;;) {
      const rows: StoredRow[] = await this.read(filter, { order: 'ASC', after, limit: BATCH });
      for (const row of rows) {
        if (row.chainSeq > (end?.chainSeq ?? 0)) return;
        yield row;
      }
      if (rows.length < BATCH) return;
      after = rows.at(-1)?.chainSeq ?? null;
    }
  }

  private async read(filter: AuditFilter, slice: Slice): Promise<StoredRow[]> {
    const { sql, parameters } = sliceOf(filter, slice);
    return this.dataSource.query<StoredRow[]>(sql, [...parameters]);
  }
}

function placeOf(shape: string, cursor: string): number {
  const [place] = decodeCursor(shape, cursor, ['number']);
  if (!Number.isSafeInteger(place)) {
    throw new InvalidInputError([{ pointer: 'cursor', code: 'invalid_cursor', message: 'Not a cursor of this list' }]);
  }
  return Number(place);
}
