import { Injectable } from '@nestjs/common';
import { Scope } from '../../../core/access/index.js';
import { AuditLog } from '../../../core/ports/index.js';
import { TransactionRunner } from '../../../persistence/index.js';
import { SetupTokenStore } from './setup-token.store.js';

/** Why there is no link. The message is for the console. */
export class ResetLinkError extends Error {}

/** Makes the one-time tokens by which a user sets a new password. */
@Injectable()
export class ResetLinks {
  constructor(
    private readonly transactions: TransactionRunner,
    private readonly tokens: SetupTokenStore,
    private readonly audit: AuditLog,
  ) {}

  /**
   * For the one at the console, whom the audit cannot name: whoever has the token has the account.
   * @returns the token's text, which is nowhere else. @throws ResetLinkError when there is no such user, or he is disabled.
   */
  async issue(email: string): Promise<string> {
    return this.transactions.run(async (tx) => {
      const [user] = await tx.query<{ id: string; isActive: boolean }>(
        'SELECT id, is_active AS "isActive" FROM res_user WHERE lower(email) = lower($1)',
        [email],
      );
      if (!user) throw new ResetLinkError(`There is no user with the address ${email}`);
      if (!user.isActive)
        throw new ResetLinkError(`The user ${email} is disabled; another instance admin can enable him`);
      await this.audit.write(tx, Scope.system(), {
        organizationId: null,
        action: 'auth.reset_link_issued',
        recordType: 'res.user',
        recordId: user.id,
      });
      return this.tokens.issue(tx, user.id);
    });
  }
}
