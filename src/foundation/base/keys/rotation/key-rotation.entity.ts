import { Column, Entity, PrimaryColumn } from 'typeorm';

export type RotationKind = 'data' | 'master';
/** `waiting`: a running process does not know the new master key yet; nothing is changed. */
export type RotationStatus = 'waiting' | 'running' | 'completed';

/** A rotation, from its request to the removal of the keys that it replaced. Written by SQL only. */
@Entity('base_key_rotation')
export class KeyRotation {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'varchar', length: 8 })
  kind!: RotationKind;

  /** `null`: all, with the instance. */
  @Column({ name: 'organization_id', type: 'uuid', nullable: true })
  organizationId!: string | null;

  @Column({ type: 'varchar', length: 16 })
  status!: RotationStatus;

  /** The new master key. */
  @Column({ name: 'target_key_id', type: 'bytea', nullable: true })
  targetKeyId!: Buffer | null;

  @Column({ name: 'target_version', type: 'integer', nullable: true })
  targetVersion!: number | null;

  /** What will prove it. */
  @Column({ name: 'target_check', type: 'bytea', nullable: true })
  targetCheck!: Buffer | null;

  /** Where to go on. */
  @Column({ type: 'jsonb', default: () => "'{}'" })
  position!: object;

  /** Why it stands still, for people. */
  @Column({ type: 'varchar', length: 512, nullable: true })
  note!: string | null;

  @Column({ name: 'requested_by', type: 'uuid', nullable: true })
  requestedBy!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  @Column({ name: 'started_at', type: 'timestamptz', precision: 3, nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'finished_at', type: 'timestamptz', precision: 3, nullable: true })
  finishedAt!: Date | null;

  /** When the replaced data keys may go, if nothing stands under them. */
  @Column({ name: 'remove_after', type: 'timestamptz', precision: 3, nullable: true })
  removeAfter!: Date | null;

  @Column({ name: 'removed_at', type: 'timestamptz', precision: 3, nullable: true })
  removedAt!: Date | null;

  /** Rises with each process that takes it: who holds an older number comes too late. */
  @Column({ type: 'bigint', default: 0 })
  fence!: string;

  @Column({ name: 'lease_until', type: 'timestamptz', precision: 3, nullable: true })
  leaseUntil!: Date | null;
}
