import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../../core/ports/index.js';
import { newId } from '../../../persistence/index.js';
import type { Client } from '../client.js';
import { hashToken, newOpaqueToken } from '../opaque-token.js';
import type { VerifiedUser } from '../sign-in/password-check.js';
import { CONFIRMATION_SECONDS, SESSION_IDLE_SECONDS, SESSION_LIFETIME_SECONDS } from './session-times.js';

/** A session that has just been made. The token is nowhere else. */
export interface NewSession {
  readonly id: string;
  readonly token: string;
}

/** Rows of `auth_session`, written in a caller's transaction. */
@Injectable()
export class SessionStore {
  /**
   * Makes a session, and removes those of the user that have ended.
   * @returns `null` when the user was disabled, or given another password, since that was checked.
   */
  async open(tx: Transaction, user: VerifiedUser, client: Client): Promise<NewSession | null> {
    const { text, hash } = newOpaqueToken();
    const [opened] = await tx.query<{ id: string }>(
      `INSERT INTO auth_session (id, user_id, token_hash, session_epoch, expires_at, address, user_agent)
       SELECT $1, id, $2, session_epoch, now() + interval '${SESSION_LIFETIME_SECONDS} seconds', $5, $6 FROM res_user
       WHERE id = $3 AND is_active AND password_hash = $4
       RETURNING id`,
      [newId(), hash, user.id, user.passwordHash, client.address, client.userAgent],
    );
    if (!opened) return null;
    await tx.query(
      `DELETE FROM auth_session s USING res_user u
       WHERE s.user_id = $1 AND u.id = s.user_id
         AND (s.expires_at < now() OR s.last_used_at < now() - interval '${SESSION_IDLE_SECONDS} seconds'
              OR s.session_epoch <> u.session_epoch)`,
      [user.id],
    );
    return { id: opened.id, token: text };
  }

  /** Ends the session that a token belongs to; an unknown token ends nothing. */
  async closeByToken(tx: Transaction, token: string): Promise<void> {
    await tx.query('DELETE FROM auth_session WHERE token_hash = $1', [hashToken(token)]);
  }

  async close(tx: Transaction, sessionId: string): Promise<void> {
    await tx.query('DELETE FROM auth_session WHERE id = $1', [sessionId]);
  }

  /** @returns whether the user had such a session. */
  async closeOf(tx: Transaction, userId: string, sessionId: string): Promise<boolean> {
    const ended = await tx.query('DELETE FROM auth_session WHERE id = $1 AND user_id = $2 RETURNING id', [
      sessionId,
      userId,
    ]);
    return ended.length > 0;
  }

  /** Ends all sessions of a user, but for one when it is given. @returns how many. */
  async closeAll(tx: Transaction, userId: string, kept: string | null): Promise<number> {
    const ended = await tx.query(
      'DELETE FROM auth_session WHERE user_id = $1 AND id IS DISTINCT FROM $2::uuid RETURNING id',
      [userId, kept],
    );
    return ended.length;
  }

  /** Ends all sessions of a user but one, which goes on under his present epoch. */
  async keepOnly(tx: Transaction, userId: string, sessionId: string): Promise<void> {
    await this.closeAll(tx, userId, sessionId);
    await tx.query(
      `UPDATE auth_session SET session_epoch = (SELECT session_epoch FROM res_user WHERE id = $1) WHERE id = $2`,
      [userId, sessionId],
    );
  }

  async choose(tx: Transaction, sessionId: string, organizationId: string): Promise<void> {
    await tx.query('UPDATE auth_session SET organization_id = $2 WHERE id = $1', [sessionId, organizationId]);
  }

  async confirm(tx: Transaction, sessionId: string): Promise<void> {
    await tx.query(
      `UPDATE auth_session SET confirmed_until = now() + interval '${CONFIRMATION_SECONDS} seconds' WHERE id = $1`,
      [sessionId],
    );
  }
}
