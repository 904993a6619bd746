import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Proof by which a master key is recognised, without telling anything about it. */
@Entity('base_key_check')
export class KeyCheck {
  @PrimaryColumn({ name: 'master_key_id', type: 'bytea' })
  masterKeyId!: Buffer;

  /** The version that new data keys were last seen to be wrapped with. */
  @Column({ name: 'master_version', type: 'integer', default: 1 })
  masterVersion!: number;

  @Column({ name: 'check_value', type: 'bytea' })
  checkValue!: Buffer;

  /** The key that wraps new data keys. */
  @Column({ name: 'is_current', type: 'boolean' })
  isCurrent!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
