import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ParamValueType = 'text' | 'file';

/** `ir.connector.param`: one key-value row of a connector's config. */
@Entity('ir_connector_param')
export class ConnectorParam {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'organization_id', type: 'uuid' })
  organizationId!: string;

  @Column({ name: 'connector_id', type: 'uuid' })
  connectorId!: string;

  @Column({ type: 'varchar', length: 255 })
  key!: string;

  /** Always encrypted, also when it is not a secret; `null` when nothing is stored. */
  @Column({ type: 'bytea', nullable: true })
  value!: Buffer | null;

  @Column({ name: 'file_id', type: 'uuid', nullable: true })
  fileId!: string | null;

  @Column({ name: 'value_type', type: 'varchar', length: 8, default: 'text' })
  valueType!: ParamValueType;

  @Column({ type: 'integer', default: 10 })
  sequence!: number;

  /** As stored; what counts is `isSecretParam`, which also knows the schema. */
  @Column({ name: 'is_secret', type: 'boolean' })
  isSecret!: boolean;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;

  get isSet(): boolean {
    return this.value !== null || this.fileId !== null;
  }
}
