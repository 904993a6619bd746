import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TestOutcome, TestStep } from '../../core/connectors/index.js';

/** One test of a saved connector, as history. */
@Entity('ir_connector_check')
export class ConnectorCheck {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'organization_id', type: 'uuid' })
  organizationId!: string;

  @Column({ name: 'connector_id', type: 'uuid' })
  connectorId!: string;

  @Column({ name: 'checked_at', type: 'timestamptz', precision: 3 })
  checkedAt!: Date;

  @Column({ type: 'varchar', length: 16 })
  outcome!: TestOutcome;

  @Column({ type: 'varchar', length: 512 })
  message!: string;

  @Column({ name: 'latency_ms', type: 'integer' })
  latencyMs!: number;

  @Column({ name: 'is_deep', type: 'boolean' })
  isDeep!: boolean;

  /** The config changed while the test ran: it did not touch the status. */
  @Column({ name: 'is_stale', type: 'boolean' })
  isStale!: boolean;

  @Column({ type: 'jsonb' })
  steps!: TestStep[];

  @Column({ name: 'user_id', type: 'uuid', nullable: true })
  userId!: string | null;
}
