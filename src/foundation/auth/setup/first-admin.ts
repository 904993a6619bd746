import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Scope, type Actor } from '../../../core/access/index.js';
import type { DataKeyRecord } from '../../../core/crypto/index.js';
import type { Transaction } from '../../../core/ports/index.js';
import { newId } from '../../../persistence/index.js';
import { OrganizationService, UserWriter } from '../../base/index.js';
import { AlreadySetUpError } from '../auth.errors.js';
import type { VerifiedUser } from '../sign-in/password-check.js';

/** Held by one transaction at a time while it makes the first user. */
const SETUP_LOCK = 5_190_411_003;

export interface FirstAdminInput {
  readonly email: string;
  readonly passwordHash: string;
  readonly organizationName: string;
  /** Of {@link FirstAdmin.prepare}. */
  readonly dataKey: DataKeyRecord;
}

/** Makes the first user: instance admin, and admin of the first organization. */
@Injectable()
export class FirstAdmin {
  constructor(
    private readonly dataSource: DataSource,
    private readonly organizations: OrganizationService,
    private readonly users: UserWriter,
  ) {}

  /** Whether there is no user yet. */
  async isMissing(): Promise<boolean> {
    const [row] = await this.dataSource.query<{ isMissing: boolean }[]>(
      'SELECT NOT EXISTS (SELECT FROM res_user) AS "isMissing"',
    );
    return row?.isMissing ?? false;
  }

  /** Makes the key of the first organization, outside of the transaction that stores it. @throws SealedError */
  prepare(): Promise<DataKeyRecord> {
    return this.organizations.prepare();
  }

  /**
   * In the caller's transaction; of several at once one goes through.
   * @param actor who the audit names, without a user id: that is the new user's.
   * @throws AlreadySetUpError, SealedError
   */
  async create(tx: Transaction, actor: Omit<Actor, 'userId'>, input: FirstAdminInput): Promise<VerifiedUser> {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [SETUP_LOCK]);
    const [taken] = await tx.query('SELECT 1 FROM res_user LIMIT 1');
    if (taken) throw new AlreadySetUpError();
    const id = newId();
    const scope = firstScope({ ...actor, userId: actor.kind === 'system' ? null : id });
    const { email, passwordHash, organizationName, dataKey } = input;
    const organization = await this.organizations.createWithin(tx, scope, { name: organizationName, dataKey });
    await this.users.create(tx, scope, {
      id,
      email,
      name: email.split('@', 1)[0] ?? email,
      passwordHash,
      isAdmin: true,
      memberships: [{ organizationId: organization.id, role: 'admin' }],
    });
    return { id, passwordHash };
  }
}

/** The first user acts on the organization that he is about to get. */
function firstScope(actor: Actor): Scope {
  return new Scope({ actor, memberships: new Map(), isInstanceAdmin: true, organizationId: null, tokenScopes: null });
}
