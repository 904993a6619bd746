import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Settings } from '../../../core/config/index.js';
import { PasswordHasher } from '../../../core/crypto/index.js';
import { SealedError } from '../../../core/errors/index.js';
import { TransactionRunner } from '../../../persistence/index.js';
import { AlreadySetUpError } from '../auth.errors.js';
import { FirstAdmin } from './first-admin.js';

/** How often a sealed server tries again. */
const RETRY_MS = 5_000;

/** Makes the first admin from the environment, for starts without a person at the console. */
@Injectable()
export class HeadlessStart implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Setup');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly firstAdmin: FirstAdmin,
    private readonly passwords: PasswordHasher,
    private readonly transactions: TransactionRunner,
  ) {}

  /** Does nothing once there is a user; while the server is sealed it waits. */
  async onApplicationBootstrap(): Promise<void> {
    try {
      await this.makeFirstAdmin();
    } catch (error) {
      if (!(error instanceof SealedError)) throw error;
      this.logger.warn('The first admin is made as soon as the server is no longer sealed');
      this.timer = setInterval(() => void this.retry(), RETRY_MS).unref();
    }
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private async retry(): Promise<void> {
    try {
      await this.makeFirstAdmin();
      clearInterval(this.timer);
    } catch (error) {
      if (!(error instanceof SealedError)) this.logger.error({ msg: 'The first admin could not be made', err: error });
    }
  }

  private async makeFirstAdmin(): Promise<void> {
    const { adminEmail: email, adminPassword: password, organization } = this.settings;
    if (email === null || password === null || !(await this.firstAdmin.isMissing())) return;
    const dataKey = await this.firstAdmin.prepare();
    const passwordHash = await this.passwords.hash(password);
    const actor = { kind: 'system', sessionId: null, tokenId: null, address: null, requestId: null } as const;
    const input = { email, passwordHash, organizationName: organization, dataKey };
    try {
      await this.transactions.run((tx) => this.firstAdmin.create(tx, actor, input));
      this.logger.log('Made the first admin from EDE_ADMIN_EMAIL and EDE_ADMIN_PASSWORD');
    } catch (error) {
      if (!(error instanceof AlreadySetUpError)) throw error; // another process was first
    }
  }
}
