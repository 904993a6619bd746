import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key that encrypts the secrets of one organization, or of the instance, wrapped by the master key. */
@Entity('base_data_key')
export class DataKey {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** `null` for a key of the instance. */
  @Column({ name: 'organization_id', type: 'uuid', nullable: true })
  organizationId!: string | null;

  /** `mac`: the root of all message authentication codes, which is never replaced. */
  @Column({ type: 'varchar', length: 8, default: 'data' })
  purpose!: 'data' | 'mac';

  /** Which master key wrapped it. */
  @Column({ name: 'master_key_id', type: 'bytea' })
  masterKeyId!: Buffer;

  @Column({ name: 'master_version', type: 'integer', default: 1 })
  masterVersion!: number;

  @Column({ name: 'wrapped_key', type: 'bytea' })
  wrappedKey!: Buffer;

  /** New ciphertext is made with the current key; others only read. */
  @Column({ name: 'is_current', type: 'boolean' })
  isCurrent!: boolean;

  /** The rotation that made it; `null` for the first key. */
  @Column({ name: 'rotation_id', type: 'uuid', nullable: true })
  rotationId!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  /** Since when another key is current. */
  @Column({ name: 'retired_at', type: 'timestamptz', precision: 3, nullable: true })
  retiredAt!: Date | null;
}
