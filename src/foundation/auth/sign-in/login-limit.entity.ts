import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Failed sign-ins of one account, one address, or one pair of both, within a window of time. */
@Entity('auth_login_limit')
export class LoginLimit {
  /** SHA-256 of what is counted. */
  @PrimaryColumn({ type: 'bytea' })
  key!: Buffer;

  @Column({ type: 'integer' })
  failures!: number;

  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3 })
  expiresAt!: Date;
}
