import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A running process, and what it knows of the keys. Written by SQL only. */
@Entity('base_key_process')
export class KeyProcess {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** Host and process id, for people. */
  @Column({ type: 'varchar', length: 255 })
  label!: string;

  /** Hex. */
  @Column({ name: 'master_key_ids', type: 'text', array: true })
  masterKeyIds!: string[];

  @Column({ name: 'is_sealed', type: 'boolean' })
  isSealed!: boolean;

  /** The last epoch by which it makes new ciphertext. */
  @Column({ type: 'bigint' })
  epoch!: string;

  @Column({ name: 'seen_at', type: 'timestamptz', precision: 3 })
  seenAt!: Date;
}
