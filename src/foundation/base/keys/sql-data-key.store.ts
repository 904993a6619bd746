import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DataKeyStore, type DataKeyRecord } from '../../../core/crypto/index.js';
import type { Transaction } from '../../../core/ports/index.js';

const SELECT = `
  SELECT id, organization_id AS "organizationId", master_key_id AS "masterKeyId", wrapped_key AS "wrappedKey"
  FROM base_data_key WHERE organization_id = $1`;

/** Data keys in `base_data_key`. */
@Injectable()
export class SqlDataKeyStore extends DataKeyStore {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async findCurrent(organizationId: string): Promise<DataKeyRecord | null> {
    const [record] = await this.dataSource.query<DataKeyRecord[]>(`${SELECT} AND is_current`, [organizationId]);
    return record ?? null;
  }

  async find(organizationId: string, id: string): Promise<DataKeyRecord | null> {
    const [record] = await this.dataSource.query<DataKeyRecord[]>(`${SELECT} AND id = $2`, [organizationId, id]);
    return record ?? null;
  }

  async insert(tx: Transaction, record: DataKeyRecord): Promise<boolean> {
    // The share lock keeps another process from replacing the master key until this commits.
    const stored = await tx.query(
      `WITH master AS (
         SELECT master_key_id FROM base_key_check WHERE master_key_id = $3 AND is_current FOR SHARE
       )
       INSERT INTO base_data_key (id, organization_id, master_key_id, wrapped_key, is_current)
       SELECT $1, $2, master_key_id, $4, true FROM master
       RETURNING id`,
      [record.id, record.organizationId, record.masterKeyId, record.wrappedKey],
    );
    return stored.length === 1;
  }
}
