import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Transaction } from '../../../../core/ports/index.js';
import { TransactionRunner } from '../../../../persistence/index.js';
import type { RotationKind, RotationStatus } from './key-rotation.entity.js';

/** How long a process that works on a rotation may be silent. */
const LEASE_SECONDS = 15;
const MAX_NOTE = 512;

/** Where a rotation goes on. */
export interface RotationPosition {
  /** 0 until it is planned. */
  readonly pass: number;
  /** Owner under work; `null` before the first. */
  readonly owner: string | null;
  /** Kind under work; `null` before the owner's first. */
  readonly kind: string | null;
  readonly after: string | null;
  /** Something was held by others in this pass: another pass must follow. */
  readonly isBusy: boolean;
}

export const START: RotationPosition = { pass: 0, owner: null, kind: null, after: null, isBusy: false };

/** A rotation that this process works on. */
export interface RotationJob {
  readonly id: string;
  readonly kind: RotationKind;
  readonly organizationId: string | null;
  readonly status: RotationStatus;
  readonly targetKeyId: Buffer | null;
  readonly targetVersion: number | null;
  readonly targetCheck: Buffer | null;
  readonly position: Partial<RotationPosition>;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly fence: string;
}

/** Another process has taken the rotation over, or this one is stopping. */
export class LeaseLostError extends Error {}

/** Numbers to add to a kind's progress. */
export interface KindProgress {
  readonly kind: string;
  readonly done: number;
  readonly changed: number;
  readonly unreadable: number;
}

/** The rows of rotations. Every write names the fence of the lease, so who lost it changes nothing. */
@Injectable()
export class RotationStore {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
  ) {}

  /**
   * Takes the lease on work that nobody does.
   * @param masterKeyIds hex, of the master keys that this process has. @returns `null` when there is none for it.
   */
  async claim(masterKeyIds: readonly string[]): Promise<RotationJob | null> {
    const [job] = await this.dataSource.query<RotationJob[]>(
      `WITH claimed AS (
         UPDATE base_key_rotation SET fence = fence + 1, lease_until = now() + interval '${LEASE_SECONDS} seconds'
         WHERE id = (
           SELECT id FROM base_key_rotation
           WHERE (status <> 'completed' OR (removed_at IS NULL AND remove_after <= now()))
             AND (lease_until IS NULL OR lease_until < now())
             AND (target_key_id IS NULL OR encode(target_key_id, 'hex') = ANY($1::text[]))
           ORDER BY status = 'completed', created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING *)
       SELECT id, kind, organization_id AS "organizationId", status, target_key_id AS "targetKeyId",
              target_version AS "targetVersion", target_check AS "targetCheck", position, created_at AS "createdAt",
              finished_at AS "finishedAt", fence FROM claimed`,
      [masterKeyIds],
    );
    return job ?? null;
  }

  /** Runs work that only the holder of the lease may do. @throws LeaseLostError */
  async underLease<T>({ id, fence }: RotationJob, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.transactions.run(async (tx) => {
      const held = await tx.query(
        `UPDATE base_key_rotation SET lease_until = now() + interval '${LEASE_SECONDS} seconds'
         WHERE id = $1 AND fence = $2 RETURNING 1`,
        [id, fence],
      );
      if (held.length === 0) throw new LeaseLostError();
      return work(tx);
    });
  }

  /** Says that the work goes on. @throws LeaseLostError */
  async renew(job: RotationJob): Promise<void> {
    await this.underLease(job, async () => undefined);
  }

  /** Writes down how far it is. @throws LeaseLostError */
  async save(job: RotationJob, position: RotationPosition, progress?: KindProgress): Promise<void> {
    await this.underLease(job, async (tx) => {
      await tx.query('UPDATE base_key_rotation SET position = $2, note = NULL WHERE id = $1', [
        job.id,
        JSON.stringify(position),
      ]);
      if (progress) await addProgress(tx, job, progress);
    });
  }

  /** Begins the work proper. @param totals how much of each kind there is. @throws LeaseLostError */
  async begin(
    job: RotationJob,
    totals: ReadonlyMap<string, number>,
    work?: (tx: Transaction) => Promise<void>,
  ): Promise<void> {
    await this.underLease(job, async (tx) => {
      await tx.query(
        `UPDATE base_key_rotation
         SET status = 'running', started_at = coalesce(started_at, now()), position = $2, note = NULL WHERE id = $1`,
        [job.id, JSON.stringify({ ...START, pass: 1 })],
      );
      for (const [kind, total] of totals) {
        await tx.query(
          `INSERT INTO base_key_rotation_kind (rotation_id, kind, total) VALUES ($1, $2, $3)
           ON CONFLICT (rotation_id, kind) DO UPDATE SET total = EXCLUDED.total`,
          [job.id, kind, total],
        );
      }
      await work?.(tx);
    });
  }

  /** @param removeAfterMinutes when the replaced keys may go; `null` when there are none to remove. */
  async complete(tx: Transaction, { id }: RotationJob, removeAfterMinutes: number | null): Promise<void> {
    await tx.query(
      `UPDATE base_key_rotation SET status = 'completed', finished_at = now(), note = NULL, lease_until = NULL,
         remove_after = now() + make_interval(mins => $2::integer) WHERE id = $1`,
      [id, removeAfterMinutes],
    );
  }

  /** Gives the lease back. @param note why it stands still, for administrators. @param seconds until the next try. */
  async release({ id, fence }: RotationJob, note: string | null, seconds: number): Promise<void> {
    await this.dataSource.query(
      `UPDATE base_key_rotation SET lease_until = now() + make_interval(secs => $3), note = coalesce($4, note)
       WHERE id = $1 AND fence = $2 AND status <> 'completed'`,
      [id, fence, seconds, note?.slice(0, MAX_NOTE) ?? null],
    );
  }
}

async function addProgress(tx: Transaction, { id }: RotationJob, progress: KindProgress): Promise<void> {
  await tx.query(
    `INSERT INTO base_key_rotation_kind AS k (rotation_id, kind, total, done, changed, unreadable)
     VALUES ($1, $2, $3, $3, $4, $5)
     ON CONFLICT (rotation_id, kind) DO UPDATE SET done = k.done + EXCLUDED.done,
       total = greatest(k.total, k.done + EXCLUDED.done), changed = k.changed + EXCLUDED.changed,
       unreadable = k.unreadable + EXCLUDED.unreadable`,
    [id, progress.kind, progress.done, progress.changed, progress.unreadable],
  );
}
