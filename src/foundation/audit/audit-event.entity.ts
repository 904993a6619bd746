import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AuditResult } from '../../core/ports/index.js';

/** One row of the audit trail. The database refuses to change or remove it. */
@Entity('audit_event')
export class AuditEvent {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** Order of writing; a `bigint`, so the driver hands it out as text. */
  @Column({ type: 'bigint', unique: true, generated: 'identity', generatedIdentity: 'ALWAYS' })
  seq!: string;

  /** The organization's id; all zeros for the instance. */
  @Column({ type: 'uuid' })
  chain!: string;

  /** Place in its chain, from 1; rows from before there were chains have 0 and less. */
  @Column({ name: 'chain_seq', type: 'bigint' })
  chainSeq!: string;

  /** Of the row before it in its chain. */
  @Column({ name: 'prev_hash', type: 'bytea', nullable: true })
  prevHash!: Buffer | null;

  /** Of all that the row says, its place and `prevHash`. */
  @Column({ type: 'bytea', nullable: true })
  hash!: Buffer | null;

  /** Signs place and hash; `null` when the server was sealed. */
  @Column({ type: 'bytea', nullable: true })
  mac!: Buffer | null;

  /** `null` for what concerns the instance, e.g. a failed sign-in. */
  @Column({ name: 'organization_id', type: 'uuid', nullable: true })
  organizationId!: string | null;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'clock_timestamp()' })
  at!: Date;

  @Column({ name: 'actor_kind', type: 'varchar', length: 16 })
  actorKind!: 'user' | 'system';

  @Column({ name: 'actor_user_id', type: 'uuid', nullable: true })
  actorUserId!: string | null;

  @Column({ name: 'actor_session_id', type: 'uuid', nullable: true })
  actorSessionId!: string | null;

  @Column({ name: 'actor_token_id', type: 'uuid', nullable: true })
  actorTokenId!: string | null;

  /** Where the request came from. */
  @Column({ type: 'text', nullable: true })
  address!: string | null;

  @Column({ name: 'request_id', type: 'text', nullable: true })
  requestId!: string | null;

  @Column({ type: 'varchar', length: 128 })
  action!: string;

  @Column({ type: 'varchar', length: 16, default: 'success' })
  result!: AuditResult;

  @Column({ name: 'record_type', type: 'varchar', length: 64, nullable: true })
  recordType!: string | null;

  @Column({ name: 'record_id', type: 'text', nullable: true })
  recordId!: string | null;

  /** Names, never values. */
  @Column({ name: 'changed_keys', type: 'text', array: true, default: () => "'{}'" })
  changedKeys!: string[];

  @Column({ type: 'jsonb', default: () => "'{}'" })
  facts!: Record<string, string | number | boolean | null>;
}
