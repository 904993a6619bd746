import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One connection test that runs now, in whatever process. */
@Entity('ir_connector_test_slot')
export class TestSlot {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'organization_id', type: 'uuid' })
  organizationId!: string;

  /** A process that was killed gives nothing back. */
  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3 })
  expiresAt!: Date;
}
