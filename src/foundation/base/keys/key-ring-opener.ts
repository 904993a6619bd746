import { timingSafeEqual } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../../core/config/index.js';
import {
  createKeyFile,
  DataKeyStore,
  isKeyFileExposed,
  KeyFileError,
  KeyRing,
  MasterKey,
  readKeyFile,
} from '../../../core/crypto/index.js';
import type { Transaction } from '../../../core/ports/index.js';
import { TransactionRunner } from '../../../persistence/index.js';

/** Held by one process at a time while it decides on the master key. */
const OPEN_LOCK = 5_190_411_002;

/**
 * Finds the master key and proves it against the database. The first start makes a key file; as soon as a data key
 * exists, only the key that wrapped it is taken, and nothing is ever made or replaced.
 */
@Injectable()
export class KeyRingOpener {
  private readonly logger = new Logger('KeyRing');

  constructor(
    private readonly settings: Settings,
    private readonly transactions: TransactionRunner,
    private readonly store: DataKeyStore,
  ) {}

  /**
   * @returns a sealed key ring when the key is missing or wrong while data keys exist.
   * @throws KeyFileError when there are no data keys yet and the key file is broken or cannot be made.
   */
  async open(): Promise<KeyRing> {
    const master = await this.transactions.run(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [OPEN_LOCK]);
      // Waits for an organization that another process makes under the present key.
      await tx.query('SELECT FROM base_key_check FOR UPDATE');
      return (await hasDataKeys(tx)) ? this.proveKey(tx) : this.establishKey(tx);
    });
    return new KeyRing(master, this.store);
  }

  private async establishKey(tx: Transaction): Promise<MasterKey> {
    const master = (await this.readKey()) ?? (await this.makeKey());
    if (!(await isProven(tx, master))) {
      await tx.query('DELETE FROM base_key_check');
      await tx.query('INSERT INTO base_key_check (master_key_id, check_value, is_current) VALUES ($1, $2, true)', [
        master.id,
        master.checkValue,
      ]);
    }
    return master;
  }

  private async proveKey(tx: Transaction): Promise<MasterKey | null> {
    const master = await this.readKey().catch((error: unknown) => {
      if (!(error instanceof KeyFileError)) throw error;
      this.logger.error(error.message);
      return null;
    });
    if (master && (await isProven(tx, master))) return master;
    const reason = master ? 'is not the one that this database was encrypted with' : 'is missing';
    this.logger.error(
      `Sealed: the master key ${reason}. Put the right key into EDE_MASTER_KEY or ${this.settings.masterKeyFile} and restart.`,
    );
    return null;
  }

  private async readKey(): Promise<MasterKey | null> {
    const { masterKey, masterKeyFile } = this.settings;
    if (masterKey) return new MasterKey(masterKey);
    const bytes = await readKeyFile(masterKeyFile);
    if (!bytes) return null;
    if (await isKeyFileExposed(masterKeyFile)) {
      this.logger.warn(`Other users of this machine may read ${masterKeyFile}: chmod 600 it`);
    }
    return new MasterKey(bytes);
  }

  private async makeKey(): Promise<MasterKey> {
    const master = new MasterKey(await createKeyFile(this.settings.masterKeyFile));
    this.logger.log(
      `Made the master key ${this.settings.masterKeyFile}. Back it up: without it no stored secret can be read.`,
    );
    return master;
  }
}

async function hasDataKeys(tx: Transaction): Promise<boolean> {
  const [row] = await tx.query<{ found: boolean }>('SELECT EXISTS (SELECT FROM base_data_key) AS found');
  return row?.found ?? false;
}

async function isProven(tx: Transaction, master: MasterKey): Promise<boolean> {
  const [row] = await tx.query<{ value: Buffer }>(
    'SELECT check_value AS value FROM base_key_check WHERE master_key_id = $1 AND is_current',
    [master.id],
  );
  return row !== undefined && timingSafeEqual(row.value, master.checkValue);
}
