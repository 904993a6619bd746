import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from './core/config/index.js';
import type { Logger, LogOutput } from './core/logging/index.js';
import { PublicOrigin, ServerState } from './core/web/index.js';
import { Drain } from './drain.js';
import { SetupService, setupAnnouncement } from './foundation/auth/index.js';

/** After this, connections that still have a request are cut. */
const DRAIN_MS = 10_000;
/** The whole way down; a service manager would kill us soon after. */
const STOP_MS = 14_000;
const CRASH_MS = 5_000;
/** For the last lines of the log. */
const FLUSH_MS = 1_000;

/** One run of the server, from start to exit. */
export class ServerProcess {
  private starting: Promise<NestFastifyApplication> | null = null;
  private drain: Drain | null = null;
  private isEnding = false;

  constructor(
    private readonly logger: Logger,
    private readonly output: LogOutput,
  ) {}

  /** @throws what keeps the application from starting; what was started by then is stopped again. */
  async start(create: () => Promise<NestFastifyApplication>, settings: Settings): Promise<void> {
    this.starting = create();
    const app = await this.starting;
    this.drain = new Drain(app.getHttpServer());
    try {
      await app.listen(settings.port, settings.host);
    } catch (error) {
      await app.close();
      throw error;
    }
    const { port } = app.getHttpServer().address() as AddressInfo;
    const origin = app.get(PublicOrigin).withoutRequest(port);
    this.output.write(`Ready: ${origin}\n`);
    const token = await app.get(SetupService, { strict: false }).issueToken();
    if (token !== null) this.output.write(`${setupAnnouncement(origin, token)}\n`);
  }

  /** SIGTERM and SIGINT end the process with 0 once accepted requests are answered; an unhandled error ends it with 1. */
  handleSignals(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => void this.end(0, STOP_MS, (app) => this.stop(app)));
    }
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(event, (error: unknown) => {
        this.logger.fatal({ err: error }, 'Unhandled error');
        void this.end(1, CRASH_MS, (app) => app.close());
      });
    }
  }

  /** Does its work once, whatever comes in later. */
  private async end(code: number, limit: number, close: (app: NestFastifyApplication) => Promise<void>): Promise<void> {
    if (this.isEnding) return;
    this.isEnding = true;
    setTimeout(() => process.exit(code), limit);
    try {
      const app = await this.starting;
      if (app) await close(app);
    } catch (error) {
      this.logger.error({ err: error }, 'Stopping failed');
    }
    await this.output.flush(FLUSH_MS);
    process.exit(code);
  }

  /** Answers what was accepted, then lets go of everything else. */
  private async stop(app: NestFastifyApplication): Promise<void> {
    this.logger.info('Stopping');
    app.get(ServerState).stop();
    await this.drain?.run(DRAIN_MS);
    await app.close();
  }
}
