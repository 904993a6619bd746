import { Column, Entity, PrimaryColumn } from 'typeorm';

export type DocumentPurpose = 'document' | 'config';

/**
 * `pending`: its bytes are on their way. `stored`: a document. `deleting`: its bytes are being removed.
 * Only `stored` rows are documents to anybody; the others tell where bytes may lie that nobody needs.
 */
export type DocumentState = 'pending' | 'stored' | 'deleting';

/** A stored file and where its bytes are. */
@Entity('storage_document')
export class StorageDocument {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'organization_id', type: 'uuid' })
  organizationId!: string;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 255 })
  mime!: string;

  /** Bytes as uploaded; `null` until all of them are stored. */
  @Column({ type: 'bigint', nullable: true, transformer: { to: (value: unknown) => value, from: toNumber } })
  size!: number | null;

  /** Hex. Never kept for config documents: the hash of a short secret gives the secret away. */
  @Column({ type: 'char', length: 64, nullable: true })
  sha256!: string | null;

  @Column({ type: 'varchar', length: 16 })
  purpose!: DocumentPurpose;

  /** A param reads it or once did: its content is never answered again. */
  @Column({ name: 'is_config_reference', type: 'boolean', default: false })
  isConfigReference!: boolean;

  /** Where it was written; `null` is the built-in local filesystem. */
  @Column({ name: 'connector_id', type: 'uuid', nullable: true })
  connectorId!: string | null;

  /** Under which key the bytes are put. */
  @Column({ name: 'storage_key', type: 'text' })
  storageKey!: string;

  /** How the backend finds the bytes again; `null` until it has said so. */
  @Column({ name: 'storage_ref', type: 'text', nullable: true })
  storageRef!: string | null;

  @Column({ type: 'varchar', length: 16 })
  state!: DocumentState;

  /** Last sign of life of whoever works on an unfinished row. */
  @Column({ name: 'touched_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  touchedAt!: Date;

  @Column({ name: 'created_by', type: 'uuid', nullable: true })
  createdBy!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt!: Date;

  /** Whether its content may be answered to nobody. */
  get isConfig(): boolean {
    return this.purpose === 'config' || this.isConfigReference;
  }
}

/** The driver hands out `bigint` as text; sizes stay far below 2^53. */
function toNumber(value: string | null): number | null {
  return value === null ? null : Number(value);
}

/** Reference of a stored document, which always has one: the database checks it. */
export function refOf({ id, storageRef }: StorageDocument): string {
  if (storageRef === null) throw new Error(`Document ${id} has no reference`);
  return storageRef;
}
