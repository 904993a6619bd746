import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far a rotation is with one kind of ciphertext. Written by SQL only. */
@Entity('base_key_rotation_kind')
export class KeyRotationKind {
  @PrimaryColumn({ name: 'rotation_id', type: 'uuid' })
  rotationId!: string;

  /** e.g. `ir_connector_param.value`. */
  @PrimaryColumn({ type: 'varchar', length: 128 })
  kind!: string;

  @Column({ type: 'bigint', default: 0 })
  total!: string;

  @Column({ type: 'bigint', default: 0 })
  done!: string;

  @Column({ type: 'bigint', default: 0 })
  changed!: string;

  @Column({ type: 'bigint', default: 0 })
  unreadable!: string;
}
