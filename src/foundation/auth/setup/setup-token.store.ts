import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Transaction } from '../../../core/ports/index.js';
import { newId } from '../../../persistence/index.js';
import { hashToken, newOpaqueToken } from '../opaque-token.js';

/** Links of earlier starts work this long, so that processes that start together all print a good one. */
const SETUP_HOURS = 24;
export const RESET_HOURS = 1;

/** One-time tokens: for the first setup (`userId` is null) and for lost passwords. */
@Injectable()
export class SetupTokenStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Makes a token and forgets expired ones. @returns its text, which is nowhere else. */
  async issue(tx: Transaction, userId: string | null): Promise<string> {
    const { text, hash } = newOpaqueToken();
    const hours = userId === null ? SETUP_HOURS : RESET_HOURS;
    await tx.query('DELETE FROM auth_setup_token WHERE expires_at < now()');
    await tx.query(
      `INSERT INTO auth_setup_token (id, user_id, token_hash, expires_at)
       VALUES ($1, $2, $3, now() + make_interval(hours => $4))`,
      [newId(), userId, hash, hours],
    );
    return text;
  }

  /** Whether the token is good for a setup, without using it. */
  async isSetupToken(text: string): Promise<boolean> {
    const found = await this.dataSource.query<object[]>(
      'SELECT 1 FROM auth_setup_token WHERE token_hash = $1 AND user_id IS NULL AND expires_at > now()',
      [hashToken(text)],
    );
    return found.length === 1;
  }

  /** The active user that the token resets, without using it; `null` when it is no good. */
  async userOf(text: string): Promise<string | null> {
    const [found] = await this.dataSource.query<{ userId: string }[]>(
      `SELECT t.user_id AS "userId" FROM auth_setup_token t JOIN res_user u ON u.id = t.user_id AND u.is_active
       WHERE t.token_hash = $1 AND t.expires_at > now()`,
      [hashToken(text)],
    );
    return found?.userId ?? null;
  }

  /** Uses the token up, and with it all others of the same purpose. @returns false when it was used meanwhile. */
  async consume(tx: Transaction, text: string, userId: string | null): Promise<boolean> {
    const used = await tx.query(
      `DELETE FROM auth_setup_token
       WHERE token_hash = $1 AND user_id IS NOT DISTINCT FROM $2::uuid AND expires_at > now() RETURNING id`,
      [hashToken(text), userId],
    );
    if (used.length === 0) return false;
    await tx.query('DELETE FROM auth_setup_token WHERE user_id IS NOT DISTINCT FROM $1::uuid', [userId]);
    return true;
  }
}
