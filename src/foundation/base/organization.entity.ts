import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A tenant: everything that is connected or stored belongs to one. */
@Entity('res_organization')
export class Organization {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  /** Unique, for addresses; lower case, digits and single hyphens. */
  @Column({ type: 'varchar', length: 63, unique: true })
  slug!: string;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt!: Date;
}
