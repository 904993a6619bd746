import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  DataKeyStore,
  INSTANCE,
  MAC_ROOT,
  type DataKeyRecord,
  type MasterKeyRecord,
} from '../../../core/crypto/index.js';
import type { Transaction } from '../../../core/ports/index.js';

/** Columns of `base_data_key` as a {@link DataKeyRecord}. */
export const DATA_KEY_COLUMNS = `id, coalesce(organization_id::text, CASE purpose WHEN 'mac' THEN '${MAC_ROOT}' ELSE '${INSTANCE}' END) AS owner,
  master_key_id AS "masterKeyId", master_version AS "masterVersion", wrapped_key AS "wrappedKey"`;

/** The condition that a row of `base_data_key` is an owner's, and the organization id for `$1`, if it needs one. */
export function ownedBy(owner: string): { readonly condition: string; readonly organizationId: string | null } {
  if (owner !== INSTANCE && owner !== MAC_ROOT) {
    return { condition: `(organization_id = $1 AND purpose = 'data')`, organizationId: owner };
  }
  const purpose = owner === MAC_ROOT ? 'mac' : 'data';
  // `$1` has to be named so that its type is known.
  return {
    condition: `(organization_id IS NULL AND $1::uuid IS NULL AND purpose = '${purpose}')`,
    organizationId: null,
  };
}

/** Data keys in `base_data_key`. */
@Injectable()
export class SqlDataKeyStore extends DataKeyStore {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async findCurrentId(owner: string): Promise<string | null> {
    const { condition, organizationId } = ownedBy(owner);
    const [row] = await this.dataSource.query<{ id: string }[]>(
      `SELECT id FROM base_data_key WHERE ${condition} AND is_current`,
      [organizationId],
    );
    return row?.id ?? null;
  }

  async findCurrentIds(owners: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const organizations = owners.filter((owner) => owner !== INSTANCE && owner !== MAC_ROOT);
    const rows = await this.dataSource.query<{ id: string; owner: string }[]>(
      `SELECT ${DATA_KEY_COLUMNS} FROM base_data_key
       WHERE is_current AND purpose = 'data' AND (organization_id = ANY($1::uuid[]) OR (organization_id IS NULL AND $2))`,
      [organizations, owners.includes(INSTANCE)],
    );
    return new Map(rows.map(({ owner, id }) => [owner, id]));
  }

  async find(owner: string, id: string): Promise<DataKeyRecord | null> {
    const { condition, organizationId } = ownedBy(owner);
    const [record] = await this.dataSource.query<DataKeyRecord[]>(
      `SELECT ${DATA_KEY_COLUMNS} FROM base_data_key WHERE ${condition} AND id = $2`,
      [organizationId, id],
    );
    return record ?? null;
  }

  async currentMaster(): Promise<MasterKeyRecord | null> {
    const [row] = await this.dataSource.query<MasterKeyRecord[]>(
      `SELECT master_key_id AS "masterKeyId", check_value AS "checkValue" FROM base_key_check WHERE is_current`,
    );
    return row ?? null;
  }

  async insert(tx: Transaction, record: DataKeyRecord): Promise<boolean> {
    return insertDataKey(tx, record, null);
  }
}

/**
 * Stores a current data key.
 * @param rotationId the rotation that makes it.
 * @returns false, and stores nothing, when the wrapping master key is no longer one of this database.
 */
export async function insertDataKey(
  tx: Transaction,
  record: DataKeyRecord,
  rotationId: string | null,
): Promise<boolean> {
  const { organizationId } = ownedBy(record.owner);
  // The share lock keeps the master key from being removed until this commits. One that is being replaced is good
  // still: the rotation looks for keys under it until it finds none.
  const stored = await tx.query(
    `WITH master AS (SELECT master_key_id FROM base_key_check WHERE master_key_id = $3 FOR SHARE)
     INSERT INTO base_data_key (id, organization_id, purpose, master_key_id, master_version, wrapped_key, is_current, rotation_id)
     SELECT $1, $2, $7, master_key_id, $4, $5, true, $6 FROM master
     RETURNING id`,
    [
      record.id,
      organizationId,
      record.masterKeyId,
      record.masterVersion,
      record.wrappedKey,
      rotationId,
      record.owner === MAC_ROOT ? 'mac' : 'data',
    ],
  );
  return stored.length === 1;
}
