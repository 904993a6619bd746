import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Role, Scope } from '../../core/access/index.js';
import { RecordNotFoundError } from '../../core/errors/index.js';
import { AuditLog, type Transaction } from '../../core/ports/index.js';
import type { PageQuery } from '../../core/web/index.js';
import { TransactionRunner } from '../../persistence/index.js';
import { positionOf } from './created-page.js';
import { OrganizationService } from './organization.service.js';

export const MEMBERS = 'members';
const SELECT = `
  SELECT m.organization_id AS "organizationId", m.user_id AS "userId", u.email, u.name, u.is_active AS "isActive",
         m.role, m.created_at AS "createdAt"
  FROM res_membership m JOIN res_user u ON u.id = m.user_id
  WHERE m.organization_id = $1`;

/** A user's role in one organization. */
export interface UserMembership {
  readonly organizationId: string;
  readonly role: Role;
}

/** A user as a member of one organization. */
export interface Member extends UserMembership {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly isActive: boolean;
  readonly createdAt: Date;
}

/** Who belongs to an organization, and with which role. */
@Injectable()
export class MembershipService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly organizations: OrganizationService,
    private readonly audit: AuditLog,
  ) {}

  /** Newest first; one more than `query.limit` when there are more. @throws RecordNotFoundError */
  async list(scope: Scope, organizationId: string, query: PageQuery): Promise<Member[]> {
    const [createdAt, userId] = positionOf(MEMBERS, query);
    await this.organizations.get(scope, organizationId);
    return this.dataSource.query<Member[]>(
      `${SELECT} AND ($2::timestamptz IS NULL OR (m.created_at, m.user_id) < ($2, $3::uuid))
       ORDER BY m.created_at DESC, m.user_id DESC LIMIT $4`,
      [organizationId, createdAt, userId, query.limit + 1],
    );
  }

  /** @throws RecordNotFoundError when the organization is not the caller's or the user is no member. */
  async get(scope: Scope, organizationId: string, userId: string): Promise<Member> {
    scope.requireReach(organizationId);
    const [member] = await this.dataSource.query<Member[]>(`${SELECT} AND m.user_id = $2`, [organizationId, userId]);
    if (!member) throw new RecordNotFoundError();
    return member;
  }

  /** Makes the user a member or gives him another role. @throws RecordNotFoundError, ForbiddenError */
  put(scope: Scope, organizationId: string, userId: string, role: Role): Promise<Member> {
    scope.requireAdmin(organizationId);
    return this.transactions.run(async (tx) => {
      await this.setRole(tx, scope, { organizationId, userId, role });
      const [member] = await tx.query<Member>(`${SELECT} AND m.user_id = $2`, [organizationId, userId]);
      if (!member) throw new RecordNotFoundError();
      return member;
    });
  }

  /** @throws RecordNotFoundError when the user is no member, ForbiddenError. */
  remove(scope: Scope, organizationId: string, userId: string): Promise<void> {
    scope.requireAdmin(organizationId);
    return this.transactions.run(async (tx) => {
      if (!(await this.removeWithin(tx, scope, organizationId, userId))) throw new RecordNotFoundError();
    });
  }

  /** In the caller's transaction; checks no right. @throws RecordNotFoundError for an unknown organization or user. */
  async setRole(
    tx: Transaction,
    scope: Scope,
    { organizationId, userId, role }: UserMembership & { readonly userId: string },
  ): Promise<void> {
    // INSERT … SELECT of what exists, so that an unknown id gives no row instead of a broken transaction.
    const [changed] = await tx.query<{ isNew: boolean }>(
      `INSERT INTO res_membership AS m (organization_id, user_id, role)
       SELECT o.id, u.id, $3 FROM res_organization o, res_user u WHERE o.id = $1 AND u.id = $2
       ON CONFLICT (organization_id, user_id) DO UPDATE SET role = excluded.role WHERE m.role <> excluded.role
       RETURNING xmax = 0 AS "isNew"`,
      [organizationId, userId, role],
    );
    if (!changed) return requireStored(tx, organizationId, userId);
    await this.audit.write(tx, scope, {
      organizationId,
      action: changed.isNew ? 'member.added' : 'member.updated',
      recordType: 'res.user',
      recordId: userId,
      changedKeys: ['role'],
      facts: { role },
    });
  }

  /** In the caller's transaction; checks no right. @returns whether there was such a member. */
  async removeWithin(tx: Transaction, scope: Scope, organizationId: string, userId: string): Promise<boolean> {
    const removed = await tx.query(
      'DELETE FROM res_membership WHERE organization_id = $1 AND user_id = $2 RETURNING user_id',
      [organizationId, userId],
    );
    if (removed.length === 0) return false;
    await this.audit.write(tx, scope, {
      organizationId,
      action: 'member.removed',
      recordType: 'res.user',
      recordId: userId,
    });
    return true;
  }
}

/** No row was written: either the role is stored already, or there is nothing to store it for. */
async function requireStored(tx: Transaction, organizationId: string, userId: string): Promise<void> {
  const [stored] = await tx.query('SELECT 1 FROM res_membership WHERE organization_id = $1 AND user_id = $2', [
    organizationId,
    userId,
  ]);
  if (!stored) throw new RecordNotFoundError();
}
