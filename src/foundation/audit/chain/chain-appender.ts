import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../core/ports/index.js';
import { newId } from '../../../persistence/index.js';
import { hashOf, INSTANCE_CHAIN, NO_HASH, type AuditContent, type PlacedContent } from './chain-link.js';
import { ChainSigner } from './chain-signer.js';

interface HeadRow {
  readonly chain: string;
  readonly seq: string;
  readonly hash: Buffer;
  /** Of the newest row, and of the database now. */
  readonly lastAt: Date | null;
  readonly now: Date;
}

interface LinkedRow extends PlacedContent {
  readonly previous: Buffer;
  readonly hash: Buffer;
}

/** Rows of several chains are locked in one order, so that two transactions never wait for each other. */
const LOCK = `
  SELECT chain, seq, hash, last_at AS "lastAt", clock_timestamp()::timestamptz(3) AS now
  FROM audit_chain WHERE chain = ANY($1::uuid[]) ORDER BY chain FOR NO KEY UPDATE`;

const APPEND = `
  WITH added AS (
    INSERT INTO audit_event (id, organization_id, chain, chain_seq, prev_hash, hash, mac, at, actor_kind, actor_user_id,
                             actor_session_id, actor_token_id, address, request_id, action, result, record_type,
                             record_id, changed_keys, facts)
    SELECT id, nullif(chain, '${INSTANCE_CHAIN}'), chain, chain_seq, decode(prev_hash, 'hex'), decode(hash, 'hex'),
           decode(mac, 'hex'), at, actor_kind, actor_user_id, actor_session_id, actor_token_id, address, request_id,
           action, result, record_type, record_id, changed_keys, facts
    FROM jsonb_to_recordset($1::jsonb) AS r (
      id uuid, chain uuid, chain_seq bigint, prev_hash text, hash text, mac text, at timestamptz, actor_kind text,
      actor_user_id uuid, actor_session_id uuid, actor_token_id uuid, address text, request_id text, action text,
      result text, record_type text, record_id text, changed_keys text[], facts jsonb)
    ORDER BY chain, chain_seq)
  UPDATE audit_chain c SET seq = h.seq, hash = decode(h.hash, 'hex'), mac = decode(h.mac, 'hex'), last_at = h.last_at
  FROM jsonb_to_recordset($2::jsonb) AS h (chain uuid, seq bigint, hash text, mac text, last_at timestamptz)
  WHERE c.chain = h.chain`;

/** Adds rows to their chains. Holds the lock of a chain from here to the commit. */
@Injectable()
export class ChainAppender {
  constructor(private readonly signer: ChainSigner) {}

  /** To be called as the last thing in a transaction. */
  async append(tx: Transaction, rows: readonly AuditContent[]): Promise<void> {
    const wanted = new Set(rows.map(({ chain }) => chain));
    let heads = await lock(tx, wanted);
    const missing = [...wanted].filter((chain) => !heads.has(chain));
    const all = [...rows];
    if (missing.length > 0) {
      heads = await begin(tx, missing, wanted);
      all.push(...missing.filter(isOrganization).map((chain) => beginningOf(chain, rows)));
    }
    const linked = link(all, heads);
    await tx.query(APPEND, [
      JSON.stringify(linked.map((row) => this.eventOf(row))),
      JSON.stringify(this.headsOf(linked)),
    ]);
  }

  private eventOf(row: LinkedRow): object {
    const mac = this.signer.sign('row', { chain: row.chain, seq: row.chainSeq, hash: row.hash });
    return {
      id: row.id,
      chain: row.chain,
      chain_seq: row.chainSeq,
      prev_hash: row.previous.toString('hex'),
      hash: row.hash.toString('hex'),
      mac: mac?.toString('hex') ?? null,
      at: row.at,
      actor_kind: row.actorKind,
      actor_user_id: row.actorUserId,
      actor_session_id: row.actorSessionId,
      actor_token_id: row.actorTokenId,
      address: row.address,
      request_id: row.requestId,
      action: row.action,
      result: row.result,
      record_type: row.recordType,
      record_id: row.recordId,
      changed_keys: row.changedKeys,
      facts: row.facts,
    };
  }

  private headsOf(linked: readonly LinkedRow[]): object[] {
    const last = new Map(linked.map((row) => [row.chain, row]));
    return [...last.values()].map(({ chain, chainSeq: seq, hash, at }) => {
      const mac = this.signer.sign('head', { chain, seq, hash });
      return { chain, seq, hash: hash.toString('hex'), mac: mac?.toString('hex') ?? null, last_at: at };
    });
  }
}

async function lock(tx: Transaction, chains: ReadonlySet<string>): Promise<Map<string, HeadRow>> {
  const rows = await tx.query<HeadRow>(LOCK, [[...chains]]);
  return new Map(rows.map((row) => [row.chain, row]));
}

/** Makes chains. That they began is written down in the chain of the instance, which is locked for it. */
async function begin(
  tx: Transaction,
  missing: readonly string[],
  wanted: ReadonlySet<string>,
): Promise<Map<string, HeadRow>> {
  await tx.query('INSERT INTO audit_chain (chain) SELECT unnest($1::uuid[]) ORDER BY 1 ON CONFLICT DO NOTHING', [
    [...missing, INSTANCE_CHAIN],
  ]);
  return lock(tx, new Set([...wanted, INSTANCE_CHAIN]));
}

function isOrganization(chain: string): boolean {
  return chain !== INSTANCE_CHAIN;
}

/** A chain cannot be replaced by a new one: the instance's chain knows its first row. */
function beginningOf(chain: string, rows: readonly AuditContent[]): AuditContent {
  const first = rows.find((row) => row.chain === chain);
  return {
    id: newId(),
    chain: INSTANCE_CHAIN,
    actorKind: 'system',
    actorUserId: null,
    actorSessionId: null,
    actorTokenId: null,
    address: null,
    requestId: first?.requestId ?? null,
    action: 'audit.chain_began',
    result: 'success',
    recordType: 'audit.chain',
    recordId: chain,
    changedKeys: [],
    facts: { first_row: first?.id ?? null },
  };
}

function link(rows: readonly AuditContent[], heads: ReadonlyMap<string, HeadRow>): LinkedRow[] {
  const ends = new Map([...heads].map(([chain, head]) => [chain, { ...head, seq: Number(head.seq) }]));
  return rows.map((row) => {
    const end = ends.get(row.chain);
    if (!end) throw new Error('A chain of the audit trail is missing');
    // The clock of a database may go back; the order of the rows does not.
    const at = end.lastAt !== null && end.lastAt > end.now ? end.lastAt : end.now;
    const placed = { ...row, at, chainSeq: end.seq + 1 };
    const previous = end.seq === 0 ? NO_HASH : end.hash;
    const hash = hashOf(previous, placed);
    ends.set(row.chain, { ...end, seq: placed.chainSeq, hash, lastAt: at });
    return { ...placed, previous, hash };
  });
}
