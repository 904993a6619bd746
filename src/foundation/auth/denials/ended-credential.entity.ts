import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A session or API token that is gone, kept for 30 days by the database's own trigger. One of both ids is set. */
@Entity('auth_ended_credential')
export class EndedCredential {
  /** SHA-256 of the text. */
  @PrimaryColumn({ name: 'token_hash', type: 'bytea' })
  tokenHash!: Buffer;

  @Column({ name: 'session_id', type: 'uuid', nullable: true })
  sessionId!: string | null;

  @Column({ name: 'token_id', type: 'uuid', nullable: true })
  tokenId!: string | null;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  /** The token's. */
  @Column({ name: 'organization_id', type: 'uuid', nullable: true })
  organizationId!: string | null;

  @Column({ name: 'ended_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  endedAt!: Date;
}
