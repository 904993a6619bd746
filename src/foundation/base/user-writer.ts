import { Injectable } from '@nestjs/common';
import type { Scope } from '../../core/access/index.js';
import { RecordNotFoundError } from '../../core/errors/index.js';
import { AuditLog, type AuditEntry, type Transaction } from '../../core/ports/index.js';
import { newId } from '../../persistence/index.js';
import { LastInstanceAdminError } from './base.errors.js';
import { MembershipService, type UserMembership } from './membership.service.js';

export interface UserWrite {
  /** Made here when it is left out. */
  readonly id?: string;
  readonly email: string;
  readonly name: string;
  readonly passwordHash?: string;
  readonly isAdmin?: boolean;
  readonly isActive?: boolean;
  readonly memberships?: readonly UserMembership[];
}

interface StoredUser {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string | null;
  readonly isAdmin: boolean;
  readonly isActive: boolean;
}

const FIELDS = ['email', 'name', 'passwordHash', 'isAdmin', 'isActive'] as const;
/** Names of the fields on the wire, for the audit. */
const WIRE: Readonly<Record<(typeof FIELDS)[number], string>> = {
  email: 'email',
  name: 'name',
  passwordHash: 'password',
  isAdmin: 'is_admin',
  isActive: 'is_active',
};

/** Writes users and their memberships inside a caller's transaction. Checks no right. */
@Injectable()
export class UserWriter {
  constructor(
    private readonly memberships: MembershipService,
    private readonly audit: AuditLog,
  ) {}

  /** @returns the new user's id. @throws RecordNotFoundError for an organization that the caller does not reach. */
  async create(tx: Transaction, scope: Scope, user: UserWrite): Promise<string> {
    const { id = newId(), email, name, passwordHash = null, isAdmin = false, isActive = true } = user;
    await tx.query(
      `INSERT INTO res_user (id, email, name, password_hash, is_admin, is_active) VALUES ($1, $2, $3, $4, $5, $6)`,
      [id, email, name, passwordHash, isAdmin, isActive],
    );
    const given = FIELDS.filter((field) => user[field] !== undefined);
    await this.audit.write(tx, scope, entryOf('user.created', id, given));
    await this.replaceMemberships(tx, scope, id, user.memberships ?? []);
    return id;
  }

  /** Sets the given fields. @throws RecordNotFoundError, LastInstanceAdminError */
  async update(tx: Transaction, scope: Scope, id: string, change: Partial<Omit<UserWrite, 'id'>>): Promise<void> {
    if (change.isAdmin === false || change.isActive === false) await refuseLastAdmin(tx, id);
    const stored = await lock(tx, id);
    const wanted = { ...stored, ...definedOf(change) };
    const changed = FIELDS.filter((field) => wanted[field] !== stored[field]);
    if (changed.length > 0) {
      const endsSessions = changed.includes('passwordHash') || (stored.isActive && !wanted.isActive);
      await tx.query(
        `UPDATE res_user SET email = $2, name = $3, password_hash = $4, is_admin = $5, is_active = $6,
           session_epoch = session_epoch + $7, updated_at = now(),
           disabled_at = CASE WHEN is_active AND NOT $6 THEN now() ELSE disabled_at END WHERE id = $1`,
        [id, wanted.email, wanted.name, wanted.passwordHash, wanted.isAdmin, wanted.isActive, endsSessions ? 1 : 0],
      );
      await this.audit.write(tx, scope, entryOf('user.updated', id, changed));
    }
    if (change.memberships) await this.replaceMemberships(tx, scope, id, change.memberships);
  }

  /** Memberships of organizations that the caller does not reach (a bound token) stay as they are. */
  private async replaceMemberships(
    tx: Transaction,
    scope: Scope,
    userId: string,
    wanted: readonly UserMembership[],
  ): Promise<void> {
    for (const { organizationId } of wanted) scope.requireReach(organizationId);
    const stored = await tx.query<UserMembership>(
      'SELECT organization_id AS "organizationId", role FROM res_membership WHERE user_id = $1',
      [userId],
    );
    const kept = new Set(wanted.map(({ organizationId }) => organizationId));
    for (const { organizationId } of stored) {
      if (kept.has(organizationId) || !scope.canReach(organizationId)) continue;
      await this.memberships.removeWithin(tx, scope, organizationId, userId);
    }
    for (const { organizationId, role } of wanted) {
      await this.memberships.setRole(tx, scope, { organizationId, userId, role });
    }
  }
}

function entryOf(action: string, recordId: string, changed: readonly (typeof FIELDS)[number][]): AuditEntry {
  const changedKeys = changed.map((field) => WIRE[field]);
  return { organizationId: null, action, recordType: 'res.user', recordId, changedKeys };
}

async function lock(tx: Transaction, id: string): Promise<StoredUser> {
  const [stored] = await tx.query<StoredUser>(
    `SELECT email, name, password_hash AS "passwordHash", is_admin AS "isAdmin", is_active AS "isActive"
     FROM res_user WHERE id = $1 FOR NO KEY UPDATE`,
    [id],
  );
  if (!stored) throw new RecordNotFoundError();
  return stored;
}

/** Locks all instance admins in one order, so that two of them cannot switch each other off at once. */
async function refuseLastAdmin(tx: Transaction, id: string): Promise<void> {
  const admins = await tx.query<{ id: string }>(
    'SELECT id FROM res_user WHERE is_admin AND is_active ORDER BY id FOR NO KEY UPDATE',
  );
  if (admins.length === 1 && admins[0]?.id === id) throw new LastInstanceAdminError();
}

function definedOf(change: Partial<UserWrite>): Partial<StoredUser> {
  return Object.fromEntries(FIELDS.flatMap((field) => (change[field] === undefined ? [] : [[field, change[field]]])));
}
