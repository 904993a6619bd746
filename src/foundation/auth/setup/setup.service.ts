import { Injectable } from '@nestjs/common';
import { PasswordHasher } from '../../../core/crypto/index.js';
import { TransactionRunner } from '../../../persistence/index.js';
import { AlreadySetUpError, InvalidSetupTokenError } from '../auth.errors.js';
import { signInScope, type Client } from '../client.js';
import { SignInService, type SignedInUser } from '../sign-in/sign-in.service.js';
import { FirstAdmin } from './first-admin.js';
import { SetupTokenStore } from './setup-token.store.js';

export interface SetupInput {
  readonly setupToken: string;
  readonly email: string;
  readonly password: string;
  readonly organizationName: string;
}

/** The first setup over the web, once in a server's life. */
@Injectable()
export class SetupService {
  constructor(
    private readonly firstAdmin: FirstAdmin,
    private readonly tokens: SetupTokenStore,
    private readonly passwords: PasswordHasher,
    private readonly transactions: TransactionRunner,
    private readonly signIn: SignInService,
  ) {}

  isRequired(): Promise<boolean> {
    return this.firstAdmin.isMissing();
  }

  /** A new setup token while there is no user. @returns `null` when the server is set up. */
  async issueToken(): Promise<string | null> {
    return (await this.isRequired()) ? this.transactions.run((tx) => this.tokens.issue(tx, null)) : null;
  }

  /** @throws AlreadySetUpError, InvalidSetupTokenError, SealedError */
  async setUp(client: Client, input: SetupInput): Promise<SignedInUser> {
    await this.assertRequired();
    if (!(await this.tokens.isSetupToken(input.setupToken))) {
      await this.assertRequired(); // whoever was first took the tokens along
      throw new InvalidSetupTokenError();
    }
    const passwordHash = await this.passwords.hash(input.password);
    const dataKey = await this.firstAdmin.prepare();
    const { actor } = signInScope(client);
    return this.transactions.run(async (tx) => {
      const user = await this.firstAdmin.create(tx, actor, { ...input, passwordHash, dataKey });
      if (!(await this.tokens.consume(tx, input.setupToken, null))) throw new InvalidSetupTokenError();
      const { token } = await this.signIn.openWithin(tx, client, user, 'auth.set_up');
      return { userId: user.id, token };
    });
  }

  private async assertRequired(): Promise<void> {
    if (!(await this.isRequired())) throw new AlreadySetUpError();
  }
}
