import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row that says how the keys of this database stand. */
@Entity('base_key_state')
export class KeyState {
  @PrimaryColumn({ type: 'boolean', default: true })
  id!: boolean;

  /** Keys of the instance were made: from then on a missing one is a loss, never a first start. */
  @Column({ name: 'is_initialised', type: 'boolean', default: false })
  isInitialised!: boolean;

  /** Rises whenever a current key changes. */
  @Column({ type: 'bigint', default: 0 })
  epoch!: string;
}
