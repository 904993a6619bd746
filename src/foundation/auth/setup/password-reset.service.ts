import { Injectable } from '@nestjs/common';
import { PasswordHasher } from '../../../core/crypto/index.js';
import { TransactionRunner } from '../../../persistence/index.js';
import { UserWriter } from '../../base/index.js';
import { InvalidSetupTokenError } from '../auth.errors.js';
import { signInScope, type Client } from '../client.js';
import { SignInService, type SignedInUser } from '../sign-in/sign-in.service.js';
import { SetupTokenStore } from './setup-token.store.js';

/** Sets a lost password by a one-time link, which only somebody with access to the server can make. */
@Injectable()
export class PasswordResetService {
  constructor(
    private readonly tokens: SetupTokenStore,
    private readonly passwords: PasswordHasher,
    private readonly users: UserWriter,
    private readonly transactions: TransactionRunner,
    private readonly signIn: SignInService,
  ) {}

  /** Sets the password, ends all sessions of the user and opens a new one. @throws InvalidSetupTokenError */
  async reset(client: Client, resetToken: string, password: string): Promise<SignedInUser> {
    const userId = await this.tokens.userOf(resetToken);
    if (userId === null) throw new InvalidSetupTokenError();
    const passwordHash = await this.passwords.hash(password);
    return this.transactions.run(async (tx) => {
      if (!(await this.tokens.consume(tx, resetToken, userId))) throw new InvalidSetupTokenError();
      await this.users.update(tx, signInScope(client, userId), userId, { passwordHash });
      const { token } = await this.signIn.openWithin(tx, client, { id: userId, passwordHash }, 'auth.password_reset');
      return { userId, token };
    });
  }
}
