import { Injectable } from '@nestjs/common';
import type { Scope } from '../../../core/access/index.js';
import { AuditLog, type Transaction } from '../../../core/ports/index.js';
import { TransactionRunner } from '../../../persistence/index.js';
import { InvalidCredentialsError } from '../auth.errors.js';
import { signInScope, type Client } from '../client.js';
import { SessionStore, type NewSession } from '../sessions/session.store.js';
import { PasswordCheck, type VerifiedUser } from './password-check.js';

/** A user who has just signed in. */
export interface SignedInUser {
  readonly userId: string;
  /** For the cookie. */
  readonly token: string;
}

/** Opens and closes sessions. */
@Injectable()
export class SignInService {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly passwords: PasswordCheck,
    private readonly sessions: SessionStore,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Signs in by password. The session is always a new one; the one that the browser had ends.
   * @throws InvalidCredentialsError, TooManyRequestsError
   */
  async login(
    client: Client,
    credentials: { readonly email: string; readonly password: string },
    previousToken: string | null,
  ): Promise<SignedInUser> {
    const { email, password } = credentials;
    const user = await this.passwords.verify(signInScope(client), email, password, 'auth.login_failed');
    return this.transactions.run(async (tx) => {
      if (previousToken !== null) await this.sessions.closeByToken(tx, previousToken);
      const session = await this.openWithin(tx, client, user, 'auth.logged_in');
      return { userId: user.id, token: session.token };
    });
  }

  /** @throws InvalidCredentialsError when the user changed since his password was checked. */
  async openWithin(tx: Transaction, client: Client, user: VerifiedUser, action: string): Promise<NewSession> {
    const session = await this.sessions.open(tx, user, client);
    if (!session) throw new InvalidCredentialsError();
    await this.audit.write(tx, signInScope(client, user.id, session.id), {
      organizationId: null,
      action,
      recordType: 'res.user',
      recordId: user.id,
    });
    return session;
  }

  async logout(scope: Scope): Promise<void> {
    const { sessionId, userId } = scope.actor;
    if (sessionId === null) return;
    await this.transactions.run(async (tx) => {
      await this.sessions.close(tx, sessionId);
      await this.audit.write(tx, scope, {
        organizationId: null,
        action: 'auth.logged_out',
        recordType: 'res.user',
        ...(userId !== null && { recordId: userId }),
      });
    });
  }
}
