import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Scope } from '../../core/access/index.js';
import { PasswordHasher } from '../../core/crypto/index.js';
import { RecordNotFoundError } from '../../core/errors/index.js';
import type { Transaction } from '../../core/ports/index.js';
import type { PageQuery } from '../../core/web/index.js';
import { TransactionRunner } from '../../persistence/index.js';
import { EmailTakenError } from './base.errors.js';
import { positionOf } from './created-page.js';
import type { UserMembership } from './membership.service.js';
import { onUniqueViolation } from './unique-violation.js';
import { UserWriter } from './user-writer.js';

export const USERS = 'users';

/** A user with the memberships that the caller reaches, oldest first. */
export interface UserRecord {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly isActive: boolean;
  readonly hasPassword: boolean;
  readonly memberships: readonly UserMembership[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface UserInput {
  readonly email: string;
  readonly name: string;
  /** Clear text, 12 to 128 characters; without one the user cannot sign in yet. */
  readonly password?: string;
  readonly isAdmin?: boolean;
  readonly isActive?: boolean;
  /** The whole list, as far as the caller reaches. */
  readonly memberships?: readonly UserMembership[];
}

// $1: organizations that the caller reaches, null for all.
const SELECT = `
  SELECT u.id, u.email, u.name, u.is_admin AS "isAdmin", u.is_active AS "isActive",
         u.password_hash IS NOT NULL AS "hasPassword", u.created_at AS "createdAt", u.updated_at AS "updatedAt",
         ARRAY(SELECT jsonb_build_object('organizationId', m.organization_id, 'role', m.role) FROM res_membership m
               WHERE m.user_id = u.id AND ($1::uuid[] IS NULL OR m.organization_id = ANY($1))
               ORDER BY m.created_at, m.organization_id) AS memberships
  FROM res_user u`;

/** Users of the instance, for instance admins. */
@Injectable()
export class UserService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transactions: TransactionRunner,
    private readonly passwords: PasswordHasher,
    private readonly writer: UserWriter,
  ) {}

  /** Newest first; one more than `query.limit` when there are more. @throws ForbiddenError */
  async list(scope: Scope, query: PageQuery): Promise<UserRecord[]> {
    scope.requireInstanceAdmin();
    const [createdAt, id] = positionOf(USERS, query);
    return this.dataSource.query<UserRecord[]>(
      `${SELECT} WHERE ($2::timestamptz IS NULL OR (u.created_at, u.id) < ($2, $3::uuid))
       ORDER BY u.created_at DESC, u.id DESC LIMIT $4`,
      [scope.reachableOrganizationIds, createdAt, id, query.limit + 1],
    );
  }

  /** @throws RecordNotFoundError, ForbiddenError */
  async get(scope: Scope, id: string): Promise<UserRecord> {
    scope.requireInstanceAdmin();
    const [user] = await this.dataSource.query<UserRecord[]>(`${SELECT} WHERE u.id = $2`, [
      scope.reachableOrganizationIds,
      id,
    ]);
    if (!user) throw new RecordNotFoundError();
    return user;
  }

  /** @throws ForbiddenError, EmailTakenError, RecordNotFoundError for an organization that the caller does not reach. */
  async create(scope: Scope, input: UserInput): Promise<UserRecord> {
    scope.requireInstanceAdmin();
    const passwordHash = await this.hashOf(input.password);
    return this.change(scope, async (tx) => {
      return this.writer.create(tx, scope, { ...input, passwordHash });
    });
  }

  /**
   * Sets the given fields. A new password, or switching the user off, ends all sessions of the user at once.
   * @throws ForbiddenError, RecordNotFoundError, EmailTakenError, LastInstanceAdminError
   */
  async update(scope: Scope, id: string, input: Partial<UserInput>): Promise<UserRecord> {
    scope.requireInstanceAdmin();
    const passwordHash = await this.hashOf(input.password);
    return this.change(scope, async (tx) => {
      await this.writer.update(tx, scope, id, { ...input, passwordHash });
      return id;
    });
  }

  /** Before the transaction: hashing takes long, and a transaction must not wait for it. */
  private async hashOf(password: string | undefined): Promise<string | undefined> {
    return password === undefined ? undefined : this.passwords.hash(password);
  }

  private change(scope: Scope, work: (tx: Transaction) => Promise<string>): Promise<UserRecord> {
    return this.transactions
      .run(async (tx) => {
        const id = await work(tx);
        const [user] = await tx.query<UserRecord>(`${SELECT} WHERE u.id = $2`, [scope.reachableOrganizationIds, id]);
        if (!user) throw new RecordNotFoundError();
        return user;
      })
      .catch(onUniqueViolation({ res_user_email: () => new EmailTakenError() }));
  }
}
