import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Scope } from '../../../core/access/index.js';
import { PasswordHasher } from '../../../core/crypto/index.js';
import { TooManyRequestsError } from '../../../core/errors/index.js';
import { AuditLog, type AuditEntry } from '../../../core/ports/index.js';
import { InvalidCredentialsError } from '../auth.errors.js';
import { DenialNotes } from '../denials/denial-notes.js';
import { limitedPlaceOf } from '../limited-place.js';
import { Crowds } from './crowds.js';
import { LoginLimiter, type Admission, type Attempt, type FullCounter } from './login-limiter.js';
import { TurnQueue } from './turn-queue.js';

const MAX_WAITING = 200;
/** One place alone must not take all of the room. */
const MAX_OF_PLACE = 100;
/**
 * Tries of one place at once. They count as failures until they are answered: many colleagues behind one address who
 * sign in together must not fill its counter.
 */
const LANES = 4;

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
  private readonly crowds = new Crowds(MAX_OF_PLACE);
  private readonly accounts = new TurnQueue(MAX_WAITING);
  private readonly places = new TurnQueue(MAX_WAITING);
  private lane = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly limiter: LoginLimiter,
    private readonly passwords: PasswordHasher,
    private readonly notes: DenialNotes,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @param scope who tries, for the limit and the audit. @param failure what the audit calls a failed try.
   * @throws InvalidCredentialsError, TooManyRequestsError
   */
  verify(scope: Scope, email: string, password: string, failure: string): Promise<VerifiedUser> {
    const attempt = { email, address: scope.actor.address };
    const place = limitedPlaceOf(attempt.address);
    return this.crowds.run(place, async () => {
      const full = await this.limiter.full(attempt);
      if (full.length > 0) return this.refuse(scope, email, full); // takes nobody's turn
      return this.accounts.run(email.toLowerCase(), () =>
        this.places.run(`${place} ${this.lane++ % LANES}`, async () => {
          const admission = await this.admit(scope, attempt);
          const user = await this.find(email);
          const hash = user?.isActive ? user.passwordHash : null;
          if (!(await this.passwords.verify(hash, password)) || !user || hash === null) {
            await this.recordFailure(scope, failure, user);
            throw new InvalidCredentialsError();
          }
          await this.limiter.clear(admission);
          return { id: user.id, passwordHash: hash };
        }),
      );
    });
  }

  private async admit(scope: Scope, attempt: Attempt): Promise<Admission> {
    const admission = await this.limiter.enter(attempt);
    return 'counters' in admission ? admission : this.refuse(scope, attempt.email, admission);
  }

  /** @throws TooManyRequestsError with the seconds until the next try; audited when it is the first of its window. */
  private async refuse(scope: Scope, email: string, full: readonly FullCounter[]): Promise<never> {
    const isOfAccount = full.some(({ counter }) => counter !== 'address');
    const user = isOfAccount ? await this.find(email) : null;
    for (const { counter, key, wait } of full) {
      const record = user && counter !== 'address' ? recordOf(user) : {};
      await this.notes.recordOnce(
        scope,
        { key: ['locked', key], seconds: wait },
        { organizationId: null, action: 'auth.login_locked', result: 'denied', ...record, facts: { counter } },
      );
    }
    const wait = Math.max(...full.map((counter) => counter.wait));
    throw new TooManyRequestsError(wait, 'Too many failed sign-ins; wait before the next one');
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
    const record = user ? recordOf(user) : {};
    return this.audit.record(scope, { organizationId: null, action, result: 'failure', ...record });
  }
}

function recordOf({ id }: StoredUser): Pick<AuditEntry, 'recordType' | 'recordId'> {
  return { recordType: 'res.user', recordId: id };
}
