import type { AuditResult } from '../../../core/ports/index.js';
import { COLUMNS } from './stored-row.js';

/** Which rows of one chain. */
export interface AuditFilter {
  readonly chain: string;
  readonly actorId?: string;
  readonly action?: string;
  readonly recordType?: string;
  readonly recordId?: string;
  readonly result?: AuditResult;
  /** From this moment on. */
  readonly since?: Date;
  /** Before this moment. */
  readonly until?: Date;
}

export type FilterName = Exclude<keyof AuditFilter, 'chain'>;

export interface Slice {
  readonly order: 'ASC' | 'DESC';
  /** Place of the row before the first, in this order; `null` for the beginning. */
  readonly after: number | null;
  readonly limit: number;
}

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Times become places, found by an index: rows of a chain are in the order of their times. */
const CONDITIONS: Readonly<Record<FilterName, (value: string) => string>> = {
  actorId: (value) => `actor_user_id = ${value}`,
  action: (value) => `action = ${value}`,
  recordType: (value) => `record_type = ${value}`,
  recordId: (value) => `record_id = ${value}`,
  result: (value) => `result = ${value}`,
  since: (value) => `chain_seq >= (
    SELECT chain_seq FROM audit_event WHERE chain = $1 AND at >= ${value}::timestamptz ORDER BY at, chain_seq LIMIT 1)`,
  until: (value) => `chain_seq <= (
    SELECT chain_seq FROM audit_event WHERE chain = $1 AND at < ${value}::timestamptz ORDER BY at DESC, chain_seq DESC LIMIT 1)`,
};

export const FILTER_NAMES = Object.keys(CONDITIONS) as readonly FilterName[];

/** The statement for one slice of a chain. */
export function sliceOf(filter: AuditFilter, { order, after, limit }: Slice): Statement {
  const parameters: unknown[] = [filter.chain];
  const conditions = ['chain = $1'];
  const place = (value: unknown): string => `$${parameters.push(value)}`;
  for (const name of FILTER_NAMES) {
    if (filter[name] !== undefined) conditions.push(CONDITIONS[name](place(filter[name])));
  }
  if (after !== null) conditions.push(`chain_seq ${order === 'ASC' ? '>' : '<'} ${place(after)}::bigint`);
  const sql = `SELECT ${COLUMNS} FROM audit_event WHERE ${conditions.join(' AND ')}
    ORDER BY chain_seq ${order} LIMIT ${place(limit)}`;
  return { sql, parameters };
}

/** Names chain and filters, for cursors. */
export function shapeOf(filter: AuditFilter): string {
  return JSON.stringify(['audit', '-sequence', filter.chain, ...FILTER_NAMES.map((name) => filter[name] ?? null)]);
}
