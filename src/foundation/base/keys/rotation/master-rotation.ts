import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Scope } from '../../../../core/access/index.js';
import { KeyProviderError, KeyProviders, type DataKeyRecord, type KeyProvider } from '../../../../core/crypto/index.js';
import { AuditLog, type Transaction } from '../../../../core/ports/index.js';
import { DATA_KEY_COLUMNS } from '../sql-data-key.store.js';
import { KeyProcesses } from './key-processes.js';
import { RotationPace } from './rotation-pace.js';
import { RotationStore, START, type RotationJob, type RotationPosition } from './rotation.store.js';

/** What progress calls the keys that are wrapped anew. */
export const WRAPPED_KEYS = 'base_data_key.wrapped_key';
const PAGE = 50;
const RETRY_SECONDS = 2;

/** A master rotation has always a target. */
type MasterJob = RotationJob & {
  readonly targetKeyId: Buffer;
  readonly targetVersion: number;
  readonly targetCheck: Buffer;
};

/**
 * Wraps every data key by a new master key. Nothing changes before each living process has the new one; the old one is
 * forgotten by the database when nothing is wrapped by it. Data keys themselves stay, so no ciphertext is touched.
 */
@Injectable()
export class MasterRotation {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: RotationStore,
    private readonly providers: KeyProviders,
    private readonly processes: KeyProcesses,
    private readonly pace: RotationPace,
    private readonly audit: AuditLog,
  ) {}

  /** @throws LeaseLostError, KeyProviderError; it goes on from there another time. */
  async run(job: RotationJob): Promise<void> {
    const target = this.providers.find(job.targetKeyId ?? Buffer.alloc(0));
    if (!isMasterJob(job) || !target) return;
    if (job.status === 'waiting' && !(await this.isKnownToAll(job))) return;
    if (job.status === 'waiting') await this.switchTo(job);
    let position: RotationPosition = { ...START, ...job.position, pass: Math.max(1, job.position.pass ?? 1) };
    for (;;) {
      const unreadable = await this.wrapAll(job, target, position);
      await this.pace.untilAllKnow(job);
      if (await this.finish(job, unreadable)) return;
      position = { ...START, pass: position.pass + 1 };
    }
  }

  private async isKnownToAll(job: MasterJob): Promise<boolean> {
    const strangers = await this.processes.without(job.targetKeyId.toString('hex'));
    if (strangers.length === 0) return true;
    const note = `Waiting until every process has the new master key; these have not: ${strangers.join(', ')}`;
    await this.store.release(job, note, RETRY_SECONDS);
    return false;
  }

  /** From now on new data keys are wrapped by the new master key. */
  private async switchTo(job: MasterJob): Promise<void> {
    const [count] = await this.dataSource.query<{ total: string }[]>(
      `SELECT count(*) AS total FROM base_data_key WHERE (master_key_id, master_version) <> ($1, $2)`,
      [job.targetKeyId, job.targetVersion],
    );
    await this.store.begin(job, new Map([[WRAPPED_KEYS, Number(count?.total ?? 0)]]), async (tx) => {
      await tx.query('UPDATE base_key_check SET is_current = false WHERE is_current');
      await tx.query(
        `INSERT INTO base_key_check AS c (master_key_id, master_version, check_value, is_current)
         VALUES ($1, $2, $3, true)
         ON CONFLICT (master_key_id) DO UPDATE SET master_version = EXCLUDED.master_version,
           check_value = EXCLUDED.check_value, is_current = true, created_at = now()`,
        [job.targetKeyId, job.targetVersion, job.targetCheck],
      );
      await tx.query('UPDATE base_key_state SET epoch = epoch + 1');
      await this.record(tx, 'keys.master_key_changed', job);
    });
  }

  /** @returns how many cannot be opened. */
  private async wrapAll(job: MasterJob, target: KeyProvider, from: RotationPosition): Promise<number> {
    let after = from.after;
    let lost = 0;
    do {
      await this.pace.breathe();
      const rows = await this.page(job, after);
      let [changed, unreadable] = [0, 0];
      for (const row of rows) {
        if (await this.wrap(target, row)) changed += 1;
        else unreadable += 1;
        if (target.kind === 'vault') await this.store.renew(job);
      }
      after = rows.length < PAGE ? null : (rows.at(-1)?.id ?? null);
      lost += unreadable;
      const isFirst = from.pass === 1;
      const progress = {
        kind: WRAPPED_KEYS,
        done: isFirst ? rows.length : 0,
        changed,
        unreadable: isFirst ? unreadable : 0,
      };
      await this.store.save(job, { ...from, after }, progress);
    } while (after !== null);
    return lost;
  }

  private page({ targetKeyId, targetVersion }: MasterJob, after: string | null): Promise<DataKeyRecord[]> {
    return this.dataSource.query<DataKeyRecord[]>(
      `SELECT ${DATA_KEY_COLUMNS} FROM base_data_key
       WHERE (master_key_id <> $1 OR master_version < $2) AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT ${PAGE}`,
      [targetKeyId, targetVersion, after],
    );
  }

  /** @returns false when the key cannot be opened; true also when somebody else was first. */
  private async wrap(target: KeyProvider, { id, owner, masterKeyId, wrappedKey }: DataKeyRecord): Promise<boolean> {
    const binding = { owner, keyId: id };
    const former = this.providers.find(masterKeyId);
    if (!former) throw new KeyProviderError('The process that rotates does not have the former master key');
    const key = await former.unwrap(binding, wrappedKey);
    if (!key) return false;
    const renewed = await target.wrap(binding, key);
    key.fill(0);
    await this.dataSource.query(
      `UPDATE base_data_key SET master_key_id = $3, master_version = $4, wrapped_key = $5
       WHERE id = $1 AND wrapped_key = $2`,
      [id, wrappedKey, renewed.masterKeyId, renewed.masterVersion, renewed.wrappedKey],
    );
    return true;
  }

  /** @returns false when a process made a key under the old master key meanwhile. */
  private async finish(job: MasterJob, unreadable: number): Promise<boolean> {
    return this.store.underLease(job, async (tx) => {
      await tx.query('SELECT FROM base_key_check FOR UPDATE'); // waits for organizations that are being made
      const [left] = await tx.query<{ count: number }>(
        `SELECT count(*)::integer AS count FROM base_data_key WHERE master_key_id <> $1 OR master_version < $2`,
        [job.targetKeyId, job.targetVersion],
      );
      if ((left?.count ?? 0) > unreadable) return false;
      await tx.query(
        `DELETE FROM base_key_check c WHERE NOT is_current
           AND NOT EXISTS (SELECT FROM base_data_key k WHERE k.master_key_id = c.master_key_id)`,
      );
      await this.store.complete(tx, job, null);
      await this.record(tx, 'keys.rotation_completed', job);
      return true;
    });
  }

  private async record(tx: Transaction, action: string, job: MasterJob): Promise<void> {
    await this.audit.write(tx, Scope.system(), {
      organizationId: null,
      action,
      recordType: 'base.key_rotation',
      recordId: job.id,
      facts: { kind: job.kind, master_key_id: job.targetKeyId.toString('hex'), master_version: job.targetVersion },
    });
  }
}

function isMasterJob(job: RotationJob): job is MasterJob {
  return job.targetKeyId !== null && job.targetVersion !== null && job.targetCheck !== null;
}
