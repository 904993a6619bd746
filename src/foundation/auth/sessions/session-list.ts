import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Scope } from '../../../core/access/index.js';
import { ForbiddenError, RecordNotFoundError } from '../../../core/errors/index.js';
import { AuditLog, type AuditEntry } from '../../../core/ports/index.js';
import type { PageQuery } from '../../../core/web/index.js';
import { TransactionRunner } from '../../../persistence/index.js';
import { positionOf } from '../../base/index.js';
import { SESSION_IDLE_SECONDS } from './session-times.js';
import { SessionStore } from './session.store.js';

export const SESSIONS = 'sessions';

/** A live session as its user sees it. */
export interface SessionRecord {
  readonly id: string;
  readonly createdAt: Date;
  /** Right to the minute. */
  readonly lastUsedAt: Date;
  /** When it ends, also when it is used. */
  readonly expiresAt: Date;
  /** Of the last use. */
  readonly address: string | null;
  /** Of the sign-in. */
  readonly userAgent: string | null;
}

/** Shows and ends sessions. */
@Injectable()
export class SessionList {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly sessions: SessionStore,
    private readonly audit: AuditLog,
  ) {}

  /** The caller's own, newest first; one more than `query.limit` when there are more. */
  list(scope: Scope, query: PageQuery): Promise<SessionRecord[]> {
    const [createdAt, id] = positionOf(SESSIONS, query);
    return this.dataSource.query<SessionRecord[]>(
      `SELECT s.id, s.created_at AS "createdAt", s.last_used_at AS "lastUsedAt", s.expires_at AS "expiresAt", s.address,
              s.user_agent AS "userAgent"
       FROM auth_session s JOIN res_user u ON u.id = s.user_id AND u.session_epoch = s.session_epoch
       WHERE s.user_id = $1 AND s.expires_at > now()
         AND s.last_used_at > now() - interval '${SESSION_IDLE_SECONDS} seconds'
         AND ($2::timestamptz IS NULL OR (s.created_at, s.id) < ($2, $3::uuid))
       ORDER BY s.created_at DESC, s.id DESC LIMIT $4`,
      [userOf(scope), createdAt, id, query.limit + 1],
    );
  }

  /** Ends one of the caller's sessions at once, also the present one. @throws RecordNotFoundError when it is not his. */
  async end(scope: Scope, id: string): Promise<void> {
    await this.transactions.run(async (tx) => {
      if (!(await this.sessions.closeOf(tx, userOf(scope), id))) throw new RecordNotFoundError();
      await this.audit.write(tx, scope, {
        organizationId: null,
        action: 'auth.session_ended',
        recordType: 'auth.session',
        recordId: id,
      });
    });
  }

  /** Ends all sessions of the caller but the present one. */
  async endOthers(scope: Scope): Promise<void> {
    const userId = userOf(scope);
    await this.transactions.run(async (tx) => {
      const count = await this.sessions.closeAll(tx, userId, scope.actor.sessionId);
      await this.audit.write(tx, scope, entryOf('auth.other_sessions_ended', userId, count));
    });
  }

  /** Ends all sessions of any user, for instance admins. @throws ForbiddenError, RecordNotFoundError */
  async endAllOf(scope: Scope, userId: string): Promise<void> {
    scope.requireInstanceAdmin();
    await this.transactions.run(async (tx) => {
      // Waits for a sign-in that is under way, which reads the user's row.
      const [user] = await tx.query('SELECT 1 FROM res_user WHERE id = $1 FOR NO KEY UPDATE', [userId]);
      if (!user) throw new RecordNotFoundError();
      const count = await this.sessions.closeAll(tx, userId, null);
      await this.audit.write(tx, scope, entryOf('user.sessions_ended', userId, count));
    });
  }
}

function entryOf(action: string, recordId: string, count: number): AuditEntry {
  return { organizationId: null, action, recordType: 'res.user', recordId, facts: { count } };
}

function userOf(scope: Scope): string {
  if (scope.actor.userId === null) throw new ForbiddenError();
  return scope.actor.userId;
}
