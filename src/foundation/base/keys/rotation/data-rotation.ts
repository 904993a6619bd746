import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Scope } from '../../../../core/access/index.js';
import { DataKeyStore, INSTANCE, KeyRing } from '../../../../core/crypto/index.js';
import { AuditLog } from '../../../../core/ports/index.js';
import { insertDataKey, ownedBy } from '../sql-data-key.store.js';
import { CipherSources, type CipherSource } from './cipher-sources.js';
import { nextOwner } from './owners.js';
import { RotationPace } from './rotation-pace.js';
import { RotationStore, START, type RotationJob, type RotationPosition } from './rotation.store.js';

/** First every owner gets its key, then all processes learn of them, then ciphertext is walked over, twice or more. */
const KEYS_PASS = 1;
const FIRST_WALK = 2;
/** Rows that are read at once; each is written by itself. */
const PAGE = 100;
/**
 * Somebody may still be about to store what he encrypted under a replaced key, with which a process that hears nothing
 * goes on for six minutes.
 */
const REMOVAL_DELAY_MINUTES = 15;

/**
 * Gives owners a new data key and encrypts anew what stands under their old ones: owner by owner, kind by kind, page
 * by page, each page written down, so that another process can go on. Reads and writes go on meanwhile: old keys
 * stay, and a row is replaced only if it is still what was read.
 */
@Injectable()
export class DataRotation {
  constructor(
    private readonly dataSource: DataSource,
    private readonly store: RotationStore,
    private readonly sources: CipherSources,
    private readonly keys: KeyRing,
    private readonly dataKeys: DataKeyStore,
    private readonly pace: RotationPace,
    private readonly audit: AuditLog,
  ) {}

  /** @throws LeaseLostError, SealedError; it goes on from there another time. */
  async run(job: RotationJob): Promise<void> {
    let position: RotationPosition = { ...START, ...job.position };
    if (position.pass === 0) {
      await this.plan(job);
      position = { ...START, pass: KEYS_PASS };
    }
    for (;;) {
      const { isBusy } = await this.pass(job, position);
      if (!isBusy && position.pass > FIRST_WALK) break;
      // Processes open new keys before they meet them. And who did not know of them wrote under the old ones: once all
      // know, what is left is looked for.
      await this.pace.untilAllKnow(job);
      position = { ...START, pass: position.pass + 1 };
      await this.store.save(job, position);
    }
    await this.complete(job);
  }

  private async plan(job: RotationJob): Promise<void> {
    const totals = new Map<string, number>();
    for (const source of this.sources.list()) totals.set(source.kind, await source.count(job.organizationId));
    await this.store.begin(job, totals);
  }

  private async pass(job: RotationJob, from: RotationPosition): Promise<RotationPosition> {
    let position = from;
    let owner = from.owner ?? (await nextOwner(this.dataSource, job, null));
    while (owner !== null) {
      if (position.pass === KEYS_PASS) await this.giveKey(job, { ...position, owner });
      else position = await this.passOwner(job, { ...position, owner });
      owner = await nextOwner(this.dataSource, job, owner);
      position = { ...position, kind: null, after: null };
    }
    return position;
  }

  private async giveKey(job: RotationJob, position: RotationPosition & { readonly owner: string }): Promise<void> {
    await this.pace.breathe();
    await this.ensureKey(job, position.owner);
    await this.store.save(job, position);
  }

  private async passOwner(job: RotationJob, from: RotationPosition): Promise<RotationPosition> {
    const owner = from.owner ?? INSTANCE;
    await this.keys.refreshCurrent([owner]);
    const keyId = await this.dataKeys.findCurrentId(owner);
    if (keyId === null) return from; // the organization is gone, or has lost its key
    let position = from;
    for (const source of this.sources.list()) {
      if (position.kind !== null && source.kind < position.kind) continue;
      const after = source.kind === position.kind ? position.after : null;
      position = await this.walkSource(job, source, { ...position, kind: source.kind, after }, keyId);
    }
    return position;
  }

  private async walkSource(
    job: RotationJob,
    source: CipherSource,
    from: RotationPosition,
    keyId: string,
  ): Promise<RotationPosition> {
    let position = from;
    do {
      await this.pace.breathe();
      const { owner, after, pass } = position;
      const page = await source.walk({ owner: owner ?? INSTANCE, mode: 'rotate', keyId, after, limit: PAGE });
      position = { ...position, after: page.next, isBusy: position.isBusy || page.busy > 0 };
      const isFirst = pass === FIRST_WALK;
      const progress = {
        kind: source.kind,
        done: isFirst ? page.seen : 0,
        changed: page.changed,
        unreadable: isFirst ? page.unreadable : 0,
      };
      if (page.seen > 0) await this.store.save(job, page.next === null ? behind(position) : position, progress);
    } while (position.after !== null);
    return behind(position);
  }

  /** Makes the owner's new key once, also when the rotation was cut just before or after. */
  private async ensureKey(job: RotationJob, owner: string): Promise<void> {
    const { condition, organizationId } = ownedBy(owner);
    const [made] = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM base_data_key WHERE ${condition} AND is_current AND (rotation_id = $2 OR created_at >= $3)`,
      [organizationId, job.id, job.createdAt],
    );
    if (!made) await this.makeKey(job, owner);
  }

  private async makeKey(job: RotationJob, owner: string): Promise<void> {
    const { condition, organizationId } = ownedBy(owner);
    const key = await this.keys.prepareDataKey(owner);
    await this.store.underLease(job, async (tx) => {
      const retired = await tx.query(
        `UPDATE base_data_key SET is_current = false, retired_at = now() WHERE ${condition} AND is_current RETURNING 1`,
        [organizationId],
      );
      // Without a key there was a loss: a new one would hide it.
      if (retired.length === 0) return;
      if (!(await insertDataKey(tx, key, job.id))) throw new Error('The master key was replaced meanwhile');
      await tx.query('UPDATE base_key_state SET epoch = epoch + 1');
      await this.audit.write(tx, Scope.system(), {
        organizationId,
        action: 'keys.data_key_created',
        recordType: 'base.data_key',
        recordId: key.id,
        facts: { rotation_id: job.id },
      });
    });
  }

  private async complete(job: RotationJob): Promise<void> {
    await this.store.underLease(job, async (tx) => {
      await this.store.complete(tx, job, REMOVAL_DELAY_MINUTES);
      await this.audit.write(tx, Scope.system(), {
        organizationId: job.organizationId,
        action: 'keys.rotation_completed',
        recordType: 'base.key_rotation',
        recordId: job.id,
        facts: { kind: job.kind },
      });
    });
  }
}

/** The position after all of its kind: a text that comes between its name and the next. */
function behind(position: RotationPosition): RotationPosition {
  return { ...position, kind: `${position.kind ?? ''}\u0001`, after: null };
}
