import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a denial was written down, and until when it is not written down again. */
@Entity('auth_denial_note')
export class DenialNote {
  /** SHA-256 of what was denied. */
  @PrimaryColumn({ type: 'bytea' })
  key!: Buffer;

  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3 })
  expiresAt!: Date;
}
