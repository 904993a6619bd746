import type { AuditTrailRow } from '../../../core/ports/index.js';
import { organizationOf, type PlacedContent } from '../chain/chain-link.js';

/** A row as it is stored, with its links. */
export interface StoredRow extends PlacedContent {
  /** Order of writing over all chains. */
  readonly seq: number;
  readonly organizationId: string | null;
  /** `null` for a row from before there were chains. */
  readonly previousHash: Buffer | null;
  readonly hash: Buffer | null;
  /** `null` also when the server was sealed. */
  readonly mac: Buffer | null;
}

/** Columns of a {@link StoredRow}. Numbers stay exact: a trail of 2^53 rows is out of reach. */
export const COLUMNS = `
  id, seq::float8 AS seq, organization_id AS "organizationId", chain, chain_seq::float8 AS "chainSeq",
  prev_hash AS "previousHash", hash, mac, at, actor_kind AS "actorKind", actor_user_id AS "actorUserId",
  actor_session_id AS "actorSessionId", actor_token_id AS "actorTokenId", address, request_id AS "requestId", action,
  result, record_type AS "recordType", record_id AS "recordId", changed_keys AS "changedKeys", facts`;

/** A row for readers. */
export function trailRowOf(row: StoredRow): AuditTrailRow {
  return {
    id: row.id,
    sequence: row.chainSeq,
    organizationId: organizationOf(row.chain),
    at: row.at,
    action: row.action,
    result: row.result,
    actor: {
      kind: row.actorKind,
      userId: row.actorUserId,
      sessionId: row.actorSessionId,
      tokenId: row.actorTokenId,
    },
    address: row.address,
    requestId: row.requestId,
    recordType: row.recordType,
    recordId: row.recordId,
    changedKeys: row.changedKeys,
    facts: row.facts,
    previousHash: row.previousHash?.toString('hex') ?? null,
    hash: row.hash?.toString('hex') ?? null,
  };
}
