import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Scope } from '../../../core/access/index.js';
import { KeyRing, type EncryptedColumn } from '../../../core/crypto/index.js';
import { ForbiddenError, SealedError } from '../../../core/errors/index.js';
import type { Transaction } from '../../../core/ports/index.js';
import { TransactionRunner } from '../../../persistence/index.js';
import type { Connector } from '../connector.entity.js';

/** Where code verifiers are kept, for whoever rotates keys. */
export const ENCRYPTED_VERIFIERS: EncryptedColumn = {
  table: 'ir_connector_oauth_state',
  column: 'code_verifier',
  key: ['nonce_hash'],
  owner: 'organization',
  reads: ['connector_id'],
  context: ({ connector_id: connectorId, nonce_hash: hash }) => contextOf(String(connectorId), hash as Buffer),
};

const LIFETIME_MINUTES = 10;
/** Rows that one purge removes at most. */
const PURGE_BATCH = 1000;

export interface NewOAuthState {
  readonly connector: Connector;
  readonly nonce: string;
  readonly redirectUri: string;
  readonly codeVerifier: string | null;
}

/** What the authorization request was made with. */
export interface ConsumedState {
  readonly connectorId: string;
  readonly organizationId: string;
  readonly redirectUri: string;
  readonly codeVerifier: string | null;
  /** The connector's at that time. */
  readonly configVersion: number;
}

interface ConsumedRow {
  readonly connectorId: string;
  readonly organizationId: string;
  readonly redirectUri: string;
  readonly codeVerifier: Buffer | null;
  readonly configVersion: number;
  readonly isLive: boolean;
}

/** Issued nonces: each is good once, for ten minutes, for the user and session that asked for it. */
@Injectable()
export class OAuthStateStore {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly keys: KeyRing,
  ) {}

  /** @returns when the nonce expires. @throws ForbiddenError for a caller without a user, SealedError. */
  async issue(scope: Scope, state: NewOAuthState, record: (tx: Transaction) => Promise<void>): Promise<Date> {
    const { userId, sessionId } = scope.actor;
    if (userId === null) throw new ForbiddenError();
    const { connector, redirectUri } = state;
    const hash = hashOf(state.nonce);
    const verifier = await this.seal(state, hash);
    return this.transactions.run(async (tx) => {
      const [row] = await tx.query<{ expiresAt: Date }>(
        `INSERT INTO ir_connector_oauth_state (nonce_hash, user_id, session_id, organization_id, connector_id,
                                               provider_type, redirect_uri, code_verifier, config_version,
                                               expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + interval '${LIFETIME_MINUTES} minutes')
         RETURNING expires_at AS "expiresAt"`,
        [
          hash,
          userId,
          sessionId,
          connector.organizationId,
          connector.id,
          connector.providerType,
          redirectUri,
          verifier,
          connector.configVersion,
        ],
      );
      await record(tx);
      return (row as { expiresAt: Date }).expiresAt;
    });
  }

  /**
   * Uses a nonce up, by one statement: of any number of callers one gets it. Another user, session or provider than
   * the one it was issued for leaves it as it is.
   * @param providerType as the path of the callback says.
   * @returns `null` when there is no such nonce for the caller, or it is past its time.
   * @throws SealedError before anything is used up.
   */
  async consume(scope: Scope, nonce: string, providerType: string): Promise<ConsumedState | null> {
    if (this.keys.isSealed) throw new SealedError();
    const hash = hashOf(nonce);
    const { userId, sessionId } = scope.actor;
    const [row] = await this.dataSource.query<ConsumedRow[]>(
      `WITH consumed AS (
         DELETE FROM ir_connector_oauth_state
         WHERE nonce_hash = $1 AND user_id = $2 AND (session_id IS NULL OR session_id = $3) AND provider_type = $4
         RETURNING *)
       SELECT connector_id AS "connectorId", organization_id AS "organizationId", redirect_uri AS "redirectUri",
              code_verifier AS "codeVerifier", config_version AS "configVersion", expires_at > now() AS "isLive"
       FROM consumed`,
      [hash, userId, sessionId, providerType],
    );
    if (!row?.isLive) return null;
    const { connectorId, organizationId, redirectUri, codeVerifier, configVersion } = row;
    return {
      connectorId,
      organizationId,
      redirectUri,
      configVersion,
      codeVerifier:
        codeVerifier && (await this.keys.decrypt(organizationId, contextOf(connectorId, hash), codeVerifier)),
    };
  }

  /** Removes rows past their time, some at once. @returns how many. */
  async purge(): Promise<number> {
    const removed = await this.dataSource.query<unknown[]>(
      `WITH removed AS (
         DELETE FROM ir_connector_oauth_state WHERE nonce_hash IN (
           SELECT nonce_hash FROM ir_connector_oauth_state WHERE expires_at < now()
           LIMIT ${PURGE_BATCH} FOR UPDATE SKIP LOCKED)
         RETURNING 1)
       SELECT 1 FROM removed`,
    );
    return removed.length;
  }

  private async seal({ connector, codeVerifier }: NewOAuthState, hash: Buffer): Promise<Buffer | null> {
    if (codeVerifier === null) return null;
    return this.keys.encrypt(connector.organizationId, contextOf(connector.id, hash), codeVerifier);
  }
}

/** The nonce has 256 random bits: a plain hash cannot be turned back. */
function hashOf(nonce: string): Buffer {
  return createHash('sha256').update(nonce).digest();
}

function contextOf(connectorId: string, hash: Buffer): string[] {
  return ['ir_connector_oauth_state', connectorId, hash.toString('hex')];
}
