import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A target that instance admins allow besides public addresses. */
@Entity('egress_allow_entry')
export class EgressEntry {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** Canonical form of one entry, as `core/egress` writes it. */
  @Column({ type: 'varchar', length: 300, unique: true })
  entry!: string;

  /** What it is for; empty when nobody said. */
  @Column({ type: 'varchar', length: 255, default: '' })
  comment!: string;

  @Column({ name: 'created_by', type: 'uuid', nullable: true })
  createdBy!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;
}
