import { createHash } from 'node:crypto';
import type { AuditResult } from '../../../core/ports/index.js';

/** The chain of what concerns no organization. */
export const INSTANCE_CHAIN = '00000000-0000-0000-0000-000000000000';
/** What the first row of a chain follows. */
export const NO_HASH = Buffer.alloc(32);

/** Part of what is hashed: a later way of writing rows down gets another name. */
const FORMAT = 'ede-audit-1';

/** What an audit row says, before it has its place. */
export interface AuditContent {
  readonly id: string;
  readonly chain: string;
  readonly actorKind: string;
  readonly actorUserId: string | null;
  readonly actorSessionId: string | null;
  readonly actorTokenId: string | null;
  readonly address: string | null;
  readonly requestId: string | null;
  readonly action: string;
  readonly result: AuditResult;
  readonly recordType: string | null;
  readonly recordId: string | null;
  readonly changedKeys: readonly string[];
  readonly facts: Readonly<Record<string, string | number | boolean | null>>;
}

/** A row at its place in the chain. */
export interface PlacedContent extends AuditContent {
  readonly at: Date;
  /** 1 for the first row of a chain. */
  readonly chainSeq: number;
}

export function chainOf(organizationId: string | null): string {
  return organizationId?.toLowerCase() ?? INSTANCE_CHAIN;
}

export function organizationOf(chain: string): string | null {
  return chain === INSTANCE_CHAIN ? null : chain;
}

/**
 * SHA-256 over everything that a row says, its place, and the hash of the row before it.
 * @returns 32 bytes: no two different rows, and no two places of one row, have the same.
 */
export function hashOf(previous: Buffer, row: PlacedContent): Buffer {
  const facts = Object.entries(row.facts).sort(([one], [other]) => (one < other ? -1 : 1));
  const content = JSON.stringify([
    FORMAT,
    previous.toString('hex'),
    row.chain,
    row.chainSeq,
    row.id,
    row.at.toISOString(),
    [row.actorKind, row.actorUserId, row.actorSessionId, row.actorTokenId, row.address, row.requestId],
    [row.action, row.result, row.recordType, row.recordId],
    row.changedKeys,
    facts,
  ]);
  return createHash('sha256').update(content).digest();
}
