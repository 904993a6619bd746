import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { AuditLog, type AuditEntry, type Transaction } from '../../core/ports/index.js';
import { newId, TransactionRunner } from '../../persistence/index.js';

const INSERT = `
  INSERT INTO audit_event (id, organization_id, actor_kind, actor_user_id, actor_session_id, actor_token_id,
                           address, request_id, action, record_type, record_id, changed_keys, facts)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;

/** Writes audit rows. */
@Injectable()
export class AuditWriter extends AuditLog {
  constructor(private readonly transactions: TransactionRunner) {
    super();
  }

  async write(tx: Transaction, scope: Scope, entry: AuditEntry): Promise<void> {
    const { actor } = scope;
    await tx.query(INSERT, [
      newId(),
      entry.organizationId,
      actor.kind,
      actor.userId,
      actor.sessionId,
      actor.tokenId,
      actor.address,
      actor.requestId,
      entry.action,
      entry.recordType ?? null,
      entry.recordId ?? null,
      [...(entry.changedKeys ?? [])],
      JSON.stringify(entry.facts ?? {}),
    ]);
  }

  async record(scope: Scope, entry: AuditEntry): Promise<void> {
    await this.transactions.run((tx) => this.write(tx, scope, entry));
  }
}
