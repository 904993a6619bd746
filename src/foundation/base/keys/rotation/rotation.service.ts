import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Scope } from '../../../../core/access/index.js';
import { KeyRing } from '../../../../core/crypto/index.js';
import { RecordNotFoundError, SealedError } from '../../../../core/errors/index.js';
import { AuditLog, type Transaction } from '../../../../core/ports/index.js';
import type { PageQuery } from '../../../../core/web/index.js';
import { constraintOf, newId, TransactionRunner } from '../../../../persistence/index.js';
import { positionOf } from '../../created-page.js';
import { KeyRingKeeper } from '../key-ring-keeper.js';
import { RotationInProgressError, RotationRunningError } from '../keys.errors.js';
import type { RotationKind, RotationStatus } from './key-rotation.entity.js';
import { RotationTargets, type RotationTarget } from './rotation-targets.js';
import { RotationWorker } from './rotation-worker.js';

export const ROTATIONS = 'key_rotations';

export interface RotationProgress {
  readonly kind: string;
  readonly total: number;
  readonly done: number;
  readonly changed: number;
  readonly unreadable: number;
}

/** A rotation as administrators see it. */
export interface RotationView {
  readonly id: string;
  readonly kind: RotationKind;
  readonly organizationId: string | null;
  readonly status: RotationStatus;
  readonly note: string | null;
  readonly requestedBy: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** When the replaced data keys were removed. */
  readonly removedAt: Date | null;
  readonly progress: readonly RotationProgress[];
}

const VIEW = `r.id, r.kind, r.organization_id AS "organizationId", r.status, r.note, r.requested_by AS "requestedBy",
  r.created_at AS "createdAt", r.started_at AS "startedAt", r.finished_at AS "finishedAt", r.removed_at AS "removedAt",
  (SELECT coalesce(json_agg(json_build_object('kind', k.kind, 'total', k.total, 'done', k.done, 'changed', k.changed,
     'unreadable', k.unreadable) ORDER BY k.kind), '[]') FROM base_key_rotation_kind k WHERE k.rotation_id = r.id) AS progress`;

/** Takes requests for rotations, and tells how far they are. For instance admins. */
@Injectable()
export class RotationService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly targets: RotationTargets,
    private readonly worker: RotationWorker,
    private readonly keeper: KeyRingKeeper,
    private readonly ring: KeyRing,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Has keys rotated, in the background.
   * @param organizationId whose data key; `null` for every one, and for the master key.
   * @throws ForbiddenError, SealedError, RecordNotFoundError, RotationInProgressError, NewMasterKeyMissingError,
   *   KeyProviderUnavailableError
   */
  async request(scope: Scope, kind: RotationKind, organizationId: string | null): Promise<RotationView> {
    scope.requireInstanceAdmin();
    if (this.ring.isSealed) throw new SealedError();
    await this.assertFree();
    const target = kind === 'master' ? await this.targets.choose() : null;
    const id = newId();
    await this.transactions
      .run((tx) => this.insert(tx, scope, { id, kind, organizationId, target }))
      .catch((error: unknown) => {
        throw constraintOf(error) === 'base_key_rotation_active' ? new RotationInProgressError() : error;
      });
    this.keeper.wake();
    this.worker.wake();
    return this.get(scope, id);
  }

  /** @throws ForbiddenError, RecordNotFoundError */
  async get(scope: Scope, id: string): Promise<RotationView> {
    scope.requireInstanceAdmin();
    const [view] = await this.dataSource.query<RotationView[]>(
      `SELECT ${VIEW} FROM base_key_rotation r WHERE r.id = $1`,
      [id],
    );
    if (!view) throw new RecordNotFoundError();
    return view;
  }

  /** Newest first; one more than `query.limit` when there are more. @throws ForbiddenError */
  async list(scope: Scope, query: PageQuery): Promise<RotationView[]> {
    scope.requireInstanceAdmin();
    const [createdAt, id] = positionOf(ROTATIONS, query);
    return this.dataSource.query<RotationView[]>(
      `SELECT ${VIEW} FROM base_key_rotation r
       WHERE $1::timestamptz IS NULL OR (r.created_at, r.id) < ($1, $2::uuid)
       ORDER BY r.created_at DESC, r.id DESC LIMIT $3`,
      [createdAt, id, query.limit + 1],
    );
  }

  /** Withdraws a rotation that waits for processes. @throws ForbiddenError, RecordNotFoundError, RotationRunningError */
  async withdraw(scope: Scope, id: string): Promise<void> {
    await this.get(scope, id);
    await this.transactions.run(async (tx) => {
      const gone = await tx.query(
        `DELETE FROM base_key_rotation r WHERE id = $1 AND status = 'waiting' RETURNING kind`,
        [id],
      );
      if (gone.length === 0) throw new RotationRunningError();
      await this.audit.write(tx, scope, {
        organizationId: null,
        action: 'keys.rotation_withdrawn',
        recordType: 'base.key_rotation',
        recordId: id,
      });
    });
  }

  /** Before a new master key is made for nothing; the index is what holds. */
  private async assertFree(): Promise<void> {
    const active = await this.dataSource.query<unknown[]>(
      `SELECT 1 FROM base_key_rotation WHERE status <> 'completed'`,
    );
    if (active.length > 0) throw new RotationInProgressError();
  }

  private async insert(
    tx: Transaction,
    scope: Scope,
    rotation: { id: string; kind: RotationKind; organizationId: string | null; target: RotationTarget | null },
  ): Promise<void> {
    const { id, kind, organizationId, target } = rotation;
    if (organizationId !== null) await assertOrganization(tx, organizationId);
    await tx.query(
      `INSERT INTO base_key_rotation (id, kind, organization_id, status, target_key_id, target_version, target_check, requested_by)
       VALUES ($1, $2, $3, 'waiting', $4, $5, $6, $7)`,
      [
        id,
        kind,
        organizationId,
        target?.masterKeyId ?? null,
        target?.masterVersion ?? null,
        target?.checkValue ?? null,
        scope.actor.userId,
      ],
    );
    await this.audit.write(tx, scope, {
      organizationId,
      action: 'keys.rotation_requested',
      recordType: 'base.key_rotation',
      recordId: id,
      facts: { kind, master_key_id: target?.masterKeyId.toString('hex') ?? null },
    });
  }
}

async function assertOrganization(tx: Transaction, id: string): Promise<void> {
  const [found] = await tx.query('SELECT 1 FROM res_organization WHERE id = $1 FOR KEY SHARE', [id]);
  if (!found) throw new RecordNotFoundError();
}
