import { Injectable } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, TypeOrmHealthIndicator } from '@nestjs/terminus';
import { KeyRing } from '../../core/crypto/index.js';
import { ServerState } from '../../core/web/index.js';

/** One thing that readiness depends on, and why it is not there. */
export interface ReadinessCheck {
  readonly name: string;
  /** `null` when all is well. */
  readonly reason: string | null;
}

const DATABASE_TIMEOUT_MS = 2_000;

/** Finds out whether requests can be served. */
@Injectable()
export class ReadinessService {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: TypeOrmHealthIndicator,
    private readonly keys: KeyRing,
    private readonly state: ServerState,
  ) {}

  async check(): Promise<ReadinessCheck[]> {
    const isDatabaseUp = await this.passes(() => this.database.pingCheck('database', { timeout: DATABASE_TIMEOUT_MS }));
    const isKeyThere = await this.passes(() => this.isUp('keys', !this.keys.isSealed));
    const isRunning = await this.passes(() => this.isUp('lifecycle', !this.state.isStopping));
    return [
      { name: 'database', reason: isDatabaseUp ? null : 'The database does not answer' },
      {
        name: 'keys',
        reason: isKeyThere ? null : `Sealed: ${this.keys.sealedReason ?? 'the master key is not proven'}`,
      },
      { name: 'lifecycle', reason: isRunning ? null : 'The server is stopping' },
    ];
  }

  private async passes(indicator: Parameters<HealthCheckService['check']>[0][number]): Promise<boolean> {
    return this.health.check([indicator]).then(
      () => true,
      () => false,
    );
  }

  private isUp(name: string, isFine: boolean) {
    const session = this.indicators.check(name);
    return isFine ? session.up() : session.down();
  }
}
