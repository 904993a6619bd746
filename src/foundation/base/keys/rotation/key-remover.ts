import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Scope } from '../../../../core/access/index.js';
import { DataKeyStore } from '../../../../core/crypto/index.js';
import { AuditLog } from '../../../../core/ports/index.js';
import { DATA_KEY_COLUMNS, ownedBy } from '../sql-data-key.store.js';
import { CipherSources } from './cipher-sources.js';
import { RotationPace } from './rotation-pace.js';
import { RotationStore, type RotationJob } from './rotation.store.js';

const PAGE = 100;
/** Ciphertext that cannot be read keeps its key; somebody may have repaired it a day later. */
const NEXT_TRY_HOURS = 24;

/** Removes data keys that a rotation replaced, once nothing stands under them. */
@Injectable()
export class KeyRemover {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: RotationStore,
    private readonly sources: CipherSources,
    private readonly dataKeys: DataKeyStore,
    private readonly pace: RotationPace,
    private readonly audit: AuditLog,
  ) {}

  /** @throws LeaseLostError, SealedError; it is done again from its start then. */
  async run(job: RotationJob): Promise<void> {
    for (const owner of await this.ownersOfRetired(job)) {
      const left = await this.keyIdsLeft(job, owner);
      if (left !== null) await this.remove(job, owner, left);
    }
    const isDone = (await this.ownersOfRetired(job)).length === 0;
    await this.store.underLease(job, async (tx) => {
      await tx.query(
        `UPDATE base_key_rotation SET lease_until = NULL, removed_at = CASE WHEN $2 THEN now() END,
           remove_after = now() + interval '${NEXT_TRY_HOURS} hours' WHERE id = $1`,
        [job.id, isDone],
      );
    });
  }

  private async ownersOfRetired({ organizationId, finishedAt }: RotationJob): Promise<string[]> {
    const rows = await this.dataSource.query<{ owner: string }[]>(
      `SELECT DISTINCT owner FROM (
         SELECT ${DATA_KEY_COLUMNS} FROM base_data_key
         WHERE NOT is_current AND purpose = 'data' AND retired_at <= $2
           AND ($1::uuid IS NULL OR organization_id = $1)) AS retired`,
      [organizationId, finishedAt],
    );
    return rows.map(({ owner }) => owner);
  }

  /** Looks everywhere once more. @returns ids of keys that are still needed; `null` when that cannot be told. */
  private async keyIdsLeft(job: RotationJob, owner: string): Promise<string[] | null> {
    const keyId = await this.dataKeys.findCurrentId(owner);
    if (keyId === null) return null;
    const left = new Set<string>();
    for (const source of this.sources.list()) {
      let after: string | null = null;
      do {
        await this.pace.breathe();
        await this.store.renew(job);
        const page = await source.walk({ owner, mode: 'rotate', keyId, after, limit: PAGE });
        for (const id of page.keyIdsLeft) left.add(id);
        after = page.next;
      } while (after !== null);
    }
    return left.has('unknown') ? null : [...left];
  }

  private async remove(job: RotationJob, owner: string, left: readonly string[]): Promise<void> {
    const { condition, organizationId } = ownedBy(owner);
    await this.store.underLease(job, async (tx) => {
      const removed = await tx.query<{ id: string }>(
        `DELETE FROM base_data_key
         WHERE ${condition} AND NOT is_current AND retired_at <= $2 AND NOT id::text = ANY($3::text[]) RETURNING id`,
        [organizationId, job.finishedAt, left],
      );
      for (const { id } of removed) {
        await this.audit.write(tx, Scope.system(), {
          organizationId,
          action: 'keys.data_key_removed',
          recordType: 'base.data_key',
          recordId: id,
          facts: { rotation_id: job.id },
        });
      }
    });
  }
}
