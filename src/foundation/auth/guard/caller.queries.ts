import { SESSION_IDLE_SECONDS, TOUCH_SECONDS } from '../sessions/session-times.js';
import type { Role, TokenScope } from '../../../core/access/index.js';

/** A live session with its user's present rights. */
export interface SessionRow {
  readonly sessionId: string;
  readonly userId: string;
  readonly organizationId: string | null;
  readonly confirmedUntil: Date | null;
  readonly isInstanceAdmin: boolean;
  /** By organization, oldest membership first. */
  readonly memberships: Readonly<Record<string, Role>>;
  readonly isTouchDue: boolean;
}

/** A live API token with its user's present rights in the token's organization. */
export interface TokenRow {
  readonly tokenId: string;
  readonly userId: string;
  readonly organizationId: string;
  readonly scopes: readonly TokenScope[];
  readonly isInstanceAdmin: boolean;
  readonly role: Role | null;
  readonly isTouchDue: boolean;
}

/** $1: hash of the cookie's token. Everything that ends a session is judged here, in one statement. */
export const FIND_SESSION = `
  SELECT s.id AS "sessionId", s.user_id AS "userId", s.organization_id AS "organizationId",
         s.confirmed_until AS "confirmedUntil", u.is_admin AS "isInstanceAdmin",
         (SELECT coalesce(json_object_agg(m.organization_id, m.role ORDER BY m.created_at, m.organization_id), '{}')
          FROM res_membership m WHERE m.user_id = u.id) AS memberships,
         s.last_used_at < now() - interval '${TOUCH_SECONDS} seconds' AS "isTouchDue"
  FROM auth_session s JOIN res_user u ON u.id = s.user_id AND u.is_active AND u.session_epoch = s.session_epoch
  WHERE s.token_hash = $1 AND s.expires_at > now()
    AND s.last_used_at > now() - interval '${SESSION_IDLE_SECONDS} seconds'`;

/**
 * $1: hash of the Bearer token. A user who left the organization takes his tokens with him; one who was disabled, also
 * when he was enabled again, has none from before.
 */
export const FIND_TOKEN = `
  SELECT t.id AS "tokenId", t.user_id AS "userId", t.organization_id AS "organizationId", t.scopes,
         u.is_admin AS "isInstanceAdmin", m.role,
         coalesce(t.last_used_at < now() - interval '${TOUCH_SECONDS} seconds', true) AS "isTouchDue"
  FROM auth_token t
  JOIN res_user u ON u.id = t.user_id AND u.is_active AND (u.disabled_at IS NULL OR t.created_at > u.disabled_at)
  LEFT JOIN res_membership m ON m.user_id = t.user_id AND m.organization_id = t.organization_id
  WHERE t.token_hash = $1 AND (t.expires_at IS NULL OR t.expires_at > now())
    AND (u.is_admin OR m.role IS NOT NULL)`;

// The condition once more, so that parallel requests write once.
const TOUCH_DUE = `(last_used_at IS NULL OR last_used_at < now() - interval '${TOUCH_SECONDS} seconds')`;
export const TOUCH_SESSION = `UPDATE auth_session SET last_used_at = now(), address = $2 WHERE id = $1 AND ${TOUCH_DUE}`;
export const TOUCH_TOKEN = `UPDATE auth_token SET last_used_at = now() WHERE id = $1 AND ${TOUCH_DUE}`;
