import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Both ends of the chain of one organization's audit rows, or of the instance's. The database lets it go forward only. */
@Entity('audit_chain')
export class AuditChain {
  /** The organization's id; all zeros for the instance. */
  @PrimaryColumn({ type: 'uuid' })
  chain!: string;

  /** Place of the newest row; a `bigint`, so the driver hands it out as text. */
  @Column({ type: 'bigint', default: 0 })
  seq!: string;

  /** Of the newest row. */
  @Column({ type: 'bytea', default: () => `decode(repeat('00', 32), 'hex')` })
  hash!: Buffer;

  /** Signs place and hash; `null` when it was written while the server was sealed. */
  @Column({ type: 'bytea', nullable: true })
  mac!: Buffer | null;

  @Column({ name: 'last_at', type: 'timestamptz', precision: 3, nullable: true })
  lastAt!: Date | null;

  /** Rows up to this place have had their time. */
  @Column({ name: 'base_seq', type: 'bigint', default: 0 })
  baseSeq!: string;

  /** Of the last row of these. */
  @Column({ name: 'base_hash', type: 'bytea', default: () => `decode(repeat('00', 32), 'hex')` })
  baseHash!: Buffer;

  /** Signs place and hash of the base. */
  @Column({ name: 'base_mac', type: 'bytea', nullable: true })
  baseMac!: Buffer | null;
}
