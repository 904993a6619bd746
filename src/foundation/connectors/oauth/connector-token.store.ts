import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { IssuedTokens } from '../../../core/connectors/index.js';
import { KeyRing, type EncryptedColumn } from '../../../core/crypto/index.js';
import { freshSeconds } from '../../../core/oauth/index.js';
import type { Transaction } from '../../../core/ports/index.js';
import { newId } from '../../../persistence/index.js';
import type { Connector } from '../connector.entity.js';

/** Where access tokens are kept, for whoever rotates keys. */
export const ENCRYPTED_TOKENS: EncryptedColumn = {
  table: 'ir_connector_token',
  column: 'access_token',
  key: ['connector_id', 'grant_name'],
  owner: 'organization',
  context: ({ connector_id: connectorId, grant_name: grantName }) =>
    contextOf({ connectorId: String(connectorId), grantName: String(grantName) }),
};

/** Longer than a token request and what is stored after it may take. */
const LEASE_SECONDS = 25;

/** Whose tokens, and which: a connector has those of its consent, and perhaps of a provider's own grant. */
export interface TokenKey {
  readonly connectorId: string;
  readonly organizationId: string;
  readonly grantName: string;
}

export interface StoredToken {
  /** Secret. */
  readonly value: string;
  readonly scopes: readonly string[] | null;
  /** Names this token among those that come and go. */
  readonly tokenFence: string;
}

interface TokenRow {
  readonly accessToken: Buffer;
  readonly scopes: string | null;
  readonly tokenFence: string;
}

/** A token as it is kept. */
export interface SealedToken {
  readonly accessToken: Buffer;
  readonly freshSeconds: number | null;
  readonly scopes: string | null;
}

/** What is known of a token once it is kept. */
export interface KeptToken {
  readonly scopes: readonly string[] | null;
}

export interface VersionedToken extends SealedToken {
  /** The connector's config version that the token was issued for. */
  readonly configVersion: number;
}

/** Kept access tokens and the leases on their renewal. Times are the database's, so that processes agree on them. */
@Injectable()
export class ConnectorTokenStore {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly keys: KeyRing,
  ) {}

  /**
   * The token, when it is fresh and was issued for the present config.
   * @param configVersion when given, only a token that was issued for this one.
   */
  async findFresh(key: TokenKey, configVersion: number | null): Promise<StoredToken | null> {
    const [row] = await this.dataSource.query<TokenRow[]>(
      `SELECT t.access_token AS "accessToken", t.scopes, t.token_fence AS "tokenFence"
       FROM ir_connector_token t
       JOIN ir_connector c ON c.id = t.connector_id AND c.config_version = t.config_version
       WHERE t.connector_id = $1 AND t.grant_name = $2 AND t.access_token IS NOT NULL
         AND ($3::integer IS NULL OR t.config_version = $3)
         AND (t.fresh_until IS NULL OR t.fresh_until > now())`,
      [key.connectorId, key.grantName, configVersion],
    );
    if (!row) return null;
    const value = await this.keys.decrypt(key.organizationId, contextOf(key), row.accessToken);
    return { value, scopes: row.scopes?.split(' ') ?? null, tokenFence: row.tokenFence };
  }

  /**
   * Takes the lease on renewing the token. @returns its fence; `null` while somebody else has it, or when the
   * connector is gone.
   */
  async acquire(key: TokenKey): Promise<string | null> {
    const [row] = await this.dataSource.query<{ fence: string }[]>(
      `INSERT INTO ir_connector_token AS t (connector_id, organization_id, grant_name, fence, lease_owner, lease_until)
       SELECT id, organization_id, $2, 1, $3, now() + interval '${LEASE_SECONDS} seconds'
       FROM ir_connector WHERE id = $1 FOR KEY SHARE
       ON CONFLICT (connector_id, grant_name) DO UPDATE
       SET fence = t.fence + 1, lease_owner = EXCLUDED.lease_owner, lease_until = EXCLUDED.lease_until
       WHERE t.lease_until IS NULL OR t.lease_until < now()
       RETURNING fence`,
      [key.connectorId, key.grantName, newId()],
    );
    return row?.fence ?? null;
  }

  /** Whether anybody ever asked for the token: tells a lease that is taken from a connector that is gone. */
  async exists(key: TokenKey): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      'SELECT 1 FROM ir_connector_token WHERE connector_id = $1 AND grant_name = $2',
      [key.connectorId, key.grantName],
    );
    return rows.length > 0;
  }

  /** Gives the lease back; does nothing when it has passed to somebody else. */
  async release(key: TokenKey, fence: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE ir_connector_token SET lease_owner = NULL, lease_until = NULL
       WHERE connector_id = $1 AND grant_name = $2 AND fence = $3`,
      [key.connectorId, key.grantName, fence],
    );
  }

  async seal(key: TokenKey, issued: IssuedTokens): Promise<SealedToken> {
    return {
      accessToken: await this.keys.encrypt(key.organizationId, contextOf(key), issued.accessToken),
      freshSeconds: freshSeconds(issued.expiresIn),
      scopes: issued.scopes?.join(' ') ?? null,
    };
  }

  /**
   * Keeps a renewed token and ends the lease. Scopes that the answer does not name stay as they were.
   * @returns `null`, and keeps nothing, when the lease has passed to somebody else.
   */
  async keepRenewed(tx: Transaction, key: TokenKey, fence: string, token: VersionedToken): Promise<KeptToken | null> {
    const [row] = await tx.query<{ scopes: string | null }>(
      `UPDATE ir_connector_token
       SET access_token = $4, fresh_until = now() + make_interval(secs => $5), scopes = coalesce($6, scopes),
           config_version = $7, token_fence = fence, lease_owner = NULL, lease_until = NULL
       WHERE connector_id = $1 AND grant_name = $2 AND fence = $3 RETURNING scopes`,
      [key.connectorId, key.grantName, fence, token.accessToken, token.freshSeconds, token.scopes, token.configVersion],
    );
    return row ? { scopes: row.scopes?.split(' ') ?? null } : null;
  }

  /** Keeps the token of a new consent. Whoever is renewing the old one comes too late. */
  async keepGranted(tx: Transaction, key: TokenKey, token: VersionedToken): Promise<void> {
    await tx.query(
      `INSERT INTO ir_connector_token AS t
         (connector_id, grant_name, organization_id, access_token, fresh_until, scopes, config_version, token_fence, fence)
       VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5), $6, $7, 1, 1)
       ON CONFLICT (connector_id, grant_name) DO UPDATE
       SET access_token = EXCLUDED.access_token, fresh_until = EXCLUDED.fresh_until, scopes = EXCLUDED.scopes,
           config_version = EXCLUDED.config_version, token_fence = t.fence + 1, fence = t.fence + 1,
           lease_owner = NULL, lease_until = NULL`,
      [
        key.connectorId,
        key.grantName,
        key.organizationId,
        token.accessToken,
        token.freshSeconds,
        token.scopes,
        token.configVersion,
      ],
    );
  }

  /** Drops one token, when it is still the one that is kept. */
  async drop(key: TokenKey, tokenFence: string): Promise<void> {
    await this.dataSource.query(
      `UPDATE ir_connector_token SET access_token = NULL, fresh_until = NULL, token_fence = NULL
       WHERE connector_id = $1 AND grant_name = $2 AND token_fence = $3`,
      [key.connectorId, key.grantName, tokenFence],
    );
  }
}

/** A token belongs to its connector and grant; elsewhere it cannot be read. */
function contextOf({ connectorId, grantName }: Pick<TokenKey, 'connectorId' | 'grantName'>): string[] {
  return ['ir_connector_token', connectorId, grantName];
}

/** The key of a connector's tokens of one grant. */
export function tokenKey({ id, organizationId }: Connector, grantName: string): TokenKey {
  return { connectorId: id, organizationId, grantName };
}
