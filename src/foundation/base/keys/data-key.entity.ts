import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key that encrypts the secrets of one organization, wrapped by the master key. */
@Entity('base_data_key')
export class DataKey {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'organization_id', type: 'uuid' })
  organizationId!: string;

  /** Which master key wrapped it. */
  @Column({ name: 'master_key_id', type: 'bytea' })
  masterKeyId!: Buffer;

  @Column({ name: 'wrapped_key', type: 'bytea' })
  wrappedKey!: Buffer;

  /** New ciphertext is made with the current key; others only read. */
  @Column({ name: 'is_current', type: 'boolean' })
  isCurrent!: boolean;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
