import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A consent under way. Read and consumed by SQL only, see `OAuthStateStore`. */
@Entity('ir_connector_oauth_state')
export class OAuthStateRow {
  /** The nonce itself is only in the browser. */
  @PrimaryColumn({ name: 'nonce_hash', type: 'bytea' })
  nonceHash!: Buffer;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  /** `null` when it was started with an API token. */
  @Column({ name: 'session_id', type: 'uuid', nullable: true })
  sessionId!: string | null;

  @Column({ name: 'organization_id', type: 'uuid' })
  organizationId!: string;

  @Column({ name: 'connector_id', type: 'uuid' })
  connectorId!: string;

  @Column({ name: 'provider_type', type: 'varchar', length: 64 })
  providerType!: string;

  @Column({ name: 'redirect_uri', type: 'text' })
  redirectUri!: string;

  /** Encrypted; `null` without PKCE. */
  @Column({ name: 'code_verifier', type: 'bytea', nullable: true })
  codeVerifier!: Buffer | null;

  /** The connector's when the consent was started. */
  @Column({ name: 'config_version', type: 'integer' })
  configVersion!: number;

  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3 })
  expiresAt!: Date;
}
