import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Scope } from '../../../core/access/index.js';
import { PasswordHasher } from '../../../core/crypto/index.js';
import { AuditLog } from '../../../core/ports/index.js';
import { InvalidCredentialsError } from '../auth.errors.js';
import { LoginLimiter } from './login-limiter.js';
import { TurnQueue } from './turn-queue.js';

const MAX_WAITING = 200;

/** A user whose password was right. */
export interface VerifiedUser {
  readonly id: string;
  /** The hash that the password was checked against: what follows must still find it in force. */
  readonly passwordHash: string;
}

interface StoredUser {
  readonly id: string;
  readonly passwordHash: string | null;
  readonly isActive: boolean;
}

/** Checks a password. Unknown, disabled and wrong take the same time and give the same answer. */
@Injectable()
export class PasswordCheck {
  private readonly turns = new TurnQueue(MAX_WAITING);

  constructor(
    private readonly dataSource: DataSource,
    private readonly limiter: LoginLimiter,
    private readonly passwords: PasswordHasher,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @param scope who tries, for the limit and the audit. @param failure what the audit calls a failed try.
   * @throws InvalidCredentialsError, TooManyRequestsError
   */
  verify(scope: Scope, email: string, password: string, failure: string): Promise<VerifiedUser> {
    const attempt = { email, address: scope.actor.address };
    return this.turns.run(email.toLowerCase(), async () => {
      await this.limiter.requireRoom(attempt);
      const user = await this.find(email);
      const hash = user?.isActive ? user.passwordHash : null;
      if (!(await this.passwords.verify(hash, password)) || !user || hash === null) {
        await this.limiter.countFailure(attempt);
        await this.recordFailure(scope, failure, user);
        throw new InvalidCredentialsError();
      }
      await this.limiter.clear(attempt);
      return { id: user.id, passwordHash: hash };
    });
  }

  private async find(email: string): Promise<StoredUser | null> {
    const [user] = await this.dataSource.query<StoredUser[]>(
      `SELECT id, password_hash AS "passwordHash", is_active AS "isActive" FROM res_user
       WHERE lower(email) = lower($1)`,
      [email],
    );
    return user ?? null;
  }

  private recordFailure(scope: Scope, action: string, user: StoredUser | null): Promise<void> {
    const record = user ? { recordType: 'res.user', recordId: user.id } : {};
    return this.audit.record(scope, { organizationId: null, action, result: 'failure', ...record });
  }
}
