import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A one-time link: for the first setup, or for a user who lost his password. */
@Entity('auth_setup_token')
export class SetupToken {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** Whose password it sets; `null` for the first setup. */
  @Column({ name: 'user_id', type: 'uuid', nullable: true })
  userId!: string | null;

  /** SHA-256 of the token text. */
  @Column({ name: 'token_hash', type: 'bytea', unique: true })
  tokenHash!: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3 })
  expiresAt!: Date;
}
