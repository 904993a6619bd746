import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { AuditLog, type AuditEntry, type Transaction } from '../../core/ports/index.js';
import { newId, TransactionRunner } from '../../persistence/index.js';
import { ChainAppender } from './chain/chain-appender.js';
import { chainOf, type AuditContent } from './chain/chain-link.js';
import { RecordGroups } from './record-groups.js';

/**
 * Writes audit rows. Those of one transaction are gathered and added at its end, so that the chain of an organization
 * is locked for no longer than the commit takes, and after every other lock. Rows without a change of their own share
 * transactions: a storm of refusals must not fill the pool with connections that wait for one chain.
 */
@Injectable()
export class AuditWriter extends AuditLog {
  private readonly gathered = new WeakMap<Transaction, AuditContent[]>();
  private readonly groups = new RecordGroups<AuditContent>((rows) =>
    this.transactions.alone(() => this.transactions.run((tx) => this.appender.append(tx, rows))),
  );

  constructor(
    private readonly transactions: TransactionRunner,
    private readonly appender: ChainAppender,
  ) {
    super();
  }

  write(tx: Transaction, scope: Scope, entry: AuditEntry): Promise<void> {
    const content = contentOf(scope, entry);
    const earlier = this.gathered.get(tx);
    if (earlier) {
      earlier.push(content);
      return Promise.resolve();
    }
    const rows = [content];
    this.gathered.set(tx, rows);
    tx.beforeCommit(() => {
      this.gathered.delete(tx);
      return this.appender.append(tx, rows);
    });
    return Promise.resolve();
  }

  async record(scope: Scope, entry: AuditEntry): Promise<void> {
    const content = contentOf(scope, entry);
    await this.groups.add(content.chain, content);
  }
}

/** As the database will give it back, or the hash would not be that of the stored row. */
function contentOf({ actor }: Scope, entry: AuditEntry): AuditContent {
  return {
    id: newId(),
    chain: chainOf(entry.organizationId),
    actorKind: actor.kind,
    actorUserId: actor.userId,
    actorSessionId: actor.sessionId,
    actorTokenId: actor.tokenId,
    address: storable(actor.address),
    requestId: storable(actor.requestId),
    action: entry.action,
    result: entry.result ?? 'success',
    recordType: entry.recordType ?? null,
    recordId: storable(entry.recordId ?? null),
    changedKeys: (entry.changedKeys ?? []).map(wellFormed),
    facts: storableFacts(entry.facts ?? {}),
  };
}

function storableFacts(facts: NonNullable<AuditEntry['facts']>): AuditContent['facts'] {
  return JSON.parse(wellFormed(JSON.stringify(facts)), (_, value: unknown) =>
    typeof value === 'string' ? wellFormed(value) : value,
  ) as AuditContent['facts'];
}

function storable(text: string | null): string | null {
  return text === null ? null : wellFormed(text);
}

/** UTF-8 has no lone surrogates, and PostgreSQL's text no NUL. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', '\uFFFD');
}
