import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The access token of one grant of a connector, and the lease of whoever renews it. Written by SQL only. */
@Entity('ir_connector_token')
export class ConnectorToken {
  @PrimaryColumn({ name: 'connector_id', type: 'uuid' })
  connectorId!: string;

  @PrimaryColumn({ name: 'grant_name', type: 'varchar', length: 32 })
  grantName!: string;

  @Column({ name: 'organization_id', type: 'uuid' })
  organizationId!: string;

  /** The connector's config version that the token was issued for: with another one it does not count. */
  @Column({ name: 'config_version', type: 'integer', nullable: true })
  configVersion!: number | null;

  /** Encrypted. */
  @Column({ name: 'access_token', type: 'bytea', nullable: true })
  accessToken!: Buffer | null;

  /** Granted scopes, joined by blanks. */
  @Column({ type: 'text', nullable: true })
  scopes!: string | null;

  /** `null` means until the service refuses it. */
  @Column({ name: 'fresh_until', type: 'timestamptz', precision: 3, nullable: true })
  freshUntil!: Date | null;

  /** The fence under which the token was stored: names one token. */
  @Column({ name: 'token_fence', type: 'bigint', nullable: true })
  tokenFence!: string | null;

  /** Rises with each lease and each consent: who holds an older number comes too late. */
  @Column({ type: 'bigint', default: 0 })
  fence!: string;

  @Column({ name: 'lease_owner', type: 'uuid', nullable: true })
  leaseOwner!: string | null;

  @Column({ name: 'lease_until', type: 'timestamptz', precision: 3, nullable: true })
  leaseUntil!: Date | null;
}
