import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Settings } from '../../../core/config/index.js';
import { PasswordHasher } from '../../../core/crypto/index.js';
import { TransactionRunner } from '../../../persistence/index.js';
import { AlreadySetUpError } from '../auth.errors.js';
import { FirstAdmin } from './first-admin.js';

/** Makes the first admin from the environment, for starts without a person at the console. */
@Injectable()
export class HeadlessStart implements OnApplicationBootstrap {
  private readonly logger = new Logger('Setup');

  constructor(
    private readonly settings: Settings,
    private readonly firstAdmin: FirstAdmin,
    private readonly passwords: PasswordHasher,
    private readonly transactions: TransactionRunner,
  ) {}

  /** Does nothing once there is a user. */
  async onApplicationBootstrap(): Promise<void> {
    const { adminEmail: email, adminPassword: password, organization } = this.settings;
    if (email === null || password === null || !(await this.firstAdmin.isMissing())) return;
    const passwordHash = await this.passwords.hash(password);
    const actor = { kind: 'system', sessionId: null, tokenId: null, address: null, requestId: null } as const;
    try {
      await this.transactions.run((tx) =>
        this.firstAdmin.create(tx, actor, { email, passwordHash, organizationName: organization }),
      );
      this.logger.log('Made the first admin from EDE_ADMIN_EMAIL and EDE_ADMIN_PASSWORD');
    } catch (error) {
      if (!(error instanceof AlreadySetUpError)) throw error; // another process was first
    }
  }
}
