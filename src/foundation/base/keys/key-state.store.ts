import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { MAC_ROOT, type DataKeyRecord, type KeyProvider, type MasterKeyCheck } from '../../../core/crypto/index.js';
import type { Transaction } from '../../../core/ports/index.js';
import { TransactionRunner } from '../../../persistence/index.js';
import { DATA_KEY_COLUMNS, insertDataKey, ownedBy } from './sql-data-key.store.js';

/** Held by one process at a time while it decides on the master key. */
const OPEN_LOCK = 5_190_411_002;

/** A master key that data keys may be wrapped by. */
export interface KnownMaster {
  readonly masterKeyId: Buffer;
  readonly checkValue: Buffer;
  readonly isCurrent: boolean;
}

/** What the database says of its keys. */
export interface KeyRecords {
  /** There are organizations, so there may be secrets: from now on nothing is made or replaced. */
  readonly isUsed: boolean;
  /** The keys of the instance were made. */
  readonly isInitialised: boolean;
  readonly masters: readonly KnownMaster[];
  readonly macRoot: DataKeyRecord | null;
  readonly organizationsWithoutKey: number;
  /** Data keys are being wrapped by another master key. */
  readonly isMasterRotating: boolean;
}

/** A first master key with the keys of the instance, all of them new. */
export interface FirstKeys {
  readonly provider: KeyProvider;
  readonly check: MasterKeyCheck;
  readonly instanceKeys: readonly DataKeyRecord[];
}

type Query = Transaction['query'];

/** The tables that tell by which master key this database is encrypted. */
@Injectable()
export class KeyStateStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
  ) {}

  read(): Promise<KeyRecords> {
    return readWith((sql, parameters) => this.dataSource.query(sql, parameters && [...parameters]));
  }

  /**
   * Makes a master key the one of this database, unless another process decided meanwhile.
   * @param seen what the caller decided upon. @returns whether it was stored.
   */
  async establish(seen: KeyRecords, { provider, check, instanceKeys }: FirstKeys): Promise<boolean> {
    return this.transactions.run(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [OPEN_LOCK]);
      // Waits for an organization that another process makes under the present key.
      await tx.query('SELECT FROM base_key_check FOR UPDATE');
      const now = await readWith((sql, parameters) => tx.query(sql, parameters));
      if (now.isUsed || !isSame(now.masters, seen.masters)) return false;
      await tx.query('DELETE FROM base_data_key');
      await tx.query('DELETE FROM base_key_check');
      await tx.query(
        `INSERT INTO base_key_check (master_key_id, master_version, check_value, is_current) VALUES ($1, $2, $3, true)`,
        [provider.masterKeyId, check.masterVersion, check.checkValue],
      );
      await initialise(tx, instanceKeys);
      return true;
    });
  }

  /** Adds the keys of the instance to a database of an older version, unless another process did. */
  async complete(instanceKeys: readonly DataKeyRecord[]): Promise<void> {
    await this.transactions.run(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [OPEN_LOCK]);
      const { isInitialised } = await readWith((sql, parameters) => tx.query(sql, parameters));
      if (!isInitialised) await initialise(tx, instanceKeys);
    });
  }
}

async function initialise(tx: Transaction, instanceKeys: readonly DataKeyRecord[]): Promise<void> {
  for (const key of instanceKeys) await insertDataKey(tx, key, null);
  await tx.query('UPDATE base_key_state SET is_initialised = true, epoch = epoch + 1');
}

async function readWith(query: Query): Promise<KeyRecords> {
  const [state] = await query<Omit<KeyRecords, 'masters' | 'macRoot'>>(
    `SELECT is_initialised AS "isInitialised",
            EXISTS (SELECT FROM base_key_rotation WHERE kind = 'master' AND status = 'running') AS "isMasterRotating",
            EXISTS (SELECT FROM res_organization)
              OR EXISTS (SELECT FROM base_data_key WHERE organization_id IS NOT NULL) AS "isUsed",
            (SELECT count(*)::integer FROM res_organization o WHERE NOT EXISTS
              (SELECT FROM base_data_key k WHERE k.organization_id = o.id AND k.is_current)) AS "organizationsWithoutKey"
     FROM base_key_state`,
  );
  if (!state) throw new Error('The row of base_key_state is gone: restore the database');
  const masters = await query<KnownMaster>(
    `SELECT master_key_id AS "masterKeyId", check_value AS "checkValue", is_current AS "isCurrent"
     FROM base_key_check ORDER BY is_current DESC, master_key_id`,
  );
  const { condition, organizationId } = ownedBy(MAC_ROOT);
  const [macRoot] = await query<DataKeyRecord>(
    `SELECT ${DATA_KEY_COLUMNS} FROM base_data_key WHERE ${condition} AND is_current`,
    [organizationId],
  );
  return { ...state, masters, macRoot: macRoot ?? null };
}

function isSame(one: readonly KnownMaster[], other: readonly KnownMaster[]): boolean {
  const textOf = (masters: readonly KnownMaster[]): string =>
    masters.map(({ masterKeyId, checkValue }) => `${masterKeyId.toString('hex')}:${checkValue.toString('hex')}`).join();
  return textOf(one) === textOf(other);
}
