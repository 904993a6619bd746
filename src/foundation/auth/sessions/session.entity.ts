import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A browser's sign-in. Ends after 8 h of rest, after 7 days, or when its epoch is no longer the user's. */
@Entity('auth_session')
export class Session {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  /** SHA-256 of the token in the cookie. */
  @Column({ name: 'token_hash', type: 'bytea', unique: true })
  tokenHash!: Buffer;

  @Column({ name: 'session_epoch', type: 'integer' })
  sessionEpoch!: number;

  /** The organization that the user has chosen; `null` means his first. */
  @Column({ name: 'organization_id', type: 'uuid', nullable: true })
  organizationId!: string | null;

  @Column({ name: 'confirmed_until', type: 'timestamptz', precision: 3, nullable: true })
  confirmedUntil!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  /** Right to the minute. */
  @Column({ name: 'last_used_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  lastUsedAt!: Date;

  /** Of the last use, as right as `lastUsedAt`. */
  @Column({ type: 'text', nullable: true })
  address!: string | null;

  /** Of the sign-in. */
  @Column({ name: 'user_agent', type: 'varchar', length: 512, nullable: true })
  userAgent!: string | null;

  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3 })
  expiresAt!: Date;
}
