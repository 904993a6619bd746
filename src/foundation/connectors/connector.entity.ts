import { Column, Entity, PrimaryColumn } from 'typeorm';

export type ConnectorStatus = 'draft' | 'connected' | 'error';

/** `ir.connector`: an administrator's configured record. Written with `manager.save()` only. */
@Entity('ir_connector')
export class Connector {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'organization_id', type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 64 })
  category!: string;

  @Column({ name: 'provider_type', type: 'varchar', length: 64 })
  providerType!: string;

  /** Legacy config as encrypted JSON; used only while there are no params. */
  @Column({ type: 'bytea', nullable: true })
  config!: Buffer | null;

  @Column({ name: 'is_enabled', type: 'boolean', default: false })
  isEnabled!: boolean;

  @Column({ name: 'is_default', type: 'boolean', default: false })
  isDefault!: boolean;

  @Column({ type: 'varchar', length: 16, default: 'draft' })
  status!: ConnectorStatus;

  @Column({ name: 'status_message', type: 'varchar', length: 512, nullable: true })
  statusMessage!: string | null;

  @Column({ name: 'last_tested_at', type: 'timestamptz', precision: 3, nullable: true })
  lastTestedAt!: Date | null;

  /** Rises with every stored change by a caller: the ETag. */
  @Column({ type: 'integer', default: 1 })
  version!: number;

  /** Rises only with params, legacy config or a referenced file: tells an old test result from a present one. */
  @Column({ name: 'config_version', type: 'integer', default: 1 })
  configVersion!: number;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;

  /** The one that routing takes: default and enabled. */
  get isRouting(): boolean {
    return this.isDefault && this.isEnabled;
  }
}
