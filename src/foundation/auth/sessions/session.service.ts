import { Injectable } from '@nestjs/common';
import type { Scope } from '../../../core/access/index.js';
import { PasswordHasher } from '../../../core/crypto/index.js';
import { ForbiddenError } from '../../../core/errors/index.js';
import { AuditLog, type Transaction } from '../../../core/ports/index.js';
import { TransactionRunner } from '../../../persistence/index.js';
import { OrganizationService, UserWriter } from '../../base/index.js';
import { InvalidCredentialsError } from '../auth.errors.js';
import { PasswordCheck, type VerifiedUser } from '../sign-in/password-check.js';
import { SessionViewReader, type SessionView } from './session-view.js';
import { SessionStore } from './session.store.js';

/** What a signed-in user does with his own session and password. */
@Injectable()
export class SessionService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly sessions: SessionStore,
    private readonly views: SessionViewReader,
    private readonly organizations: OrganizationService,
    private readonly passwordCheck: PasswordCheck,
    private readonly passwords: PasswordHasher,
    private readonly users: UserWriter,
    private readonly audit: AuditLog,
  ) {}

  view(scope: Scope): Promise<SessionView> {
    return this.views.read(userIdOf(scope), { bound: scope.boundOrganizationId, chosen: scope.organizationId });
  }

  /** Makes another organization the session's default. @throws RecordNotFoundError for one that is not the caller's. */
  async choose(scope: Scope, organizationId: string): Promise<SessionView> {
    const { userId, sessionId } = ownSession(scope);
    await this.organizations.get(scope, organizationId);
    await this.transactions.run(async (tx) => {
      await this.sessions.choose(tx, sessionId, organizationId);
      await this.record(tx, scope, 'auth.organization_chosen', organizationId);
    });
    return this.views.read(userId, { chosen: organizationId });
  }

  /** Marks the session as confirmed for five minutes. @throws InvalidCredentialsError, TooManyRequestsError */
  async confirm(scope: Scope, password: string): Promise<void> {
    const { sessionId } = ownSession(scope);
    await this.verifyOwn(scope, password, 'auth.confirm_failed');
    await this.transactions.run(async (tx) => {
      await this.sessions.confirm(tx, sessionId);
      await this.record(tx, scope, 'auth.confirmed');
    });
  }

  /** Sets a new password and ends the user's other sessions. @throws InvalidCredentialsError, TooManyRequestsError */
  async changePassword(scope: Scope, current: string, wanted: string): Promise<void> {
    const { userId, sessionId } = ownSession(scope);
    const verified = await this.verifyOwn(scope, current, 'auth.password_change_failed');
    const passwordHash = await this.passwords.hash(wanted);
    await this.transactions.run(async (tx) => {
      await requireUnchanged(tx, verified);
      await this.users.update(tx, scope, userId, { passwordHash });
      await this.sessions.keepOnly(tx, userId, sessionId);
    });
  }

  private async verifyOwn(scope: Scope, password: string, failure: string): Promise<VerifiedUser> {
    const { user } = await this.views.read(userIdOf(scope));
    return this.passwordCheck.verify(scope, user.email, password, failure);
  }

  private record(tx: Transaction, scope: Scope, action: string, organizationId: string | null = null): Promise<void> {
    const recordId = userIdOf(scope);
    return this.audit.write(tx, scope, { organizationId, action, recordType: 'res.user', recordId });
  }
}

function userIdOf(scope: Scope): string {
  if (scope.actor.userId === null) throw new ForbiddenError();
  return scope.actor.userId;
}

function ownSession(scope: Scope): { readonly userId: string; readonly sessionId: string } {
  const { sessionId } = scope.actor;
  if (sessionId === null) throw new ForbiddenError();
  return { userId: userIdOf(scope), sessionId };
}

/** Of two changes with one current password only the first goes through. */
async function requireUnchanged(tx: Transaction, { id, passwordHash }: VerifiedUser): Promise<void> {
  const [user] = await tx.query('SELECT 1 FROM res_user WHERE id = $1 AND password_hash = $2 FOR NO KEY UPDATE', [
    id,
    passwordHash,
  ]);
  if (!user) throw new InvalidCredentialsError();
}
