import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { KeyFileError, KeyProviderError, KeyProviders, KeyRing } from '../../../../core/crypto/index.js';
import { DomainError } from '../../../../core/errors/index.js';
import { ServerState } from '../../../../core/web/index.js';
import { DataRotation } from './data-rotation.js';
import { KeyRemover } from './key-remover.js';
import { MasterRotation } from './master-rotation.js';
import { LeaseLostError, RotationStore, type RotationJob } from './rotation.store.js';

const POLL_MS = 3_000;
const RETRY_SECONDS = 5;

/** Works on rotations in this process, one at a time, and takes over what another process left. */
@Injectable()
export class RotationWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('KeyRotation');
  private timer: NodeJS.Timeout | undefined;
  private present: Promise<unknown> = Promise.resolve();
  private isStarted = false;

  constructor(
    private readonly store: RotationStore,
    private readonly dataRotation: DataRotation,
    private readonly masterRotation: MasterRotation,
    private readonly remover: KeyRemover,
    private readonly providers: KeyProviders,
    private readonly ring: KeyRing,
    private readonly state: ServerState,
  ) {}

  onApplicationBootstrap(): void {
    this.isStarted = true;
    this.schedule(POLL_MS);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStarted = false;
    clearTimeout(this.timer);
    await this.present;
  }

  /** There may be something to do: does not wait for the next look. */
  wake(): void {
    if (!this.isStarted) return;
    clearTimeout(this.timer);
    this.schedule(0);
  }

  /** Does one piece of work to its end, when there is one for this process. @returns whether there was. */
  async work(): Promise<boolean> {
    if (this.ring.isSealed || this.state.isStopping) return false;
    const job = await this.store.claim(this.providers.all.map(({ masterKeyId }) => masterKeyId.toString('hex')));
    if (!job) return false;
    try {
      await this.run(job);
    } catch (error) {
      await this.giveBack(job, error);
    }
    return true;
  }

  private run(job: RotationJob): Promise<void> {
    if (job.status === 'completed') return this.remover.run(job);
    return job.kind === 'data' ? this.dataRotation.run(job) : this.masterRotation.run(job);
  }

  private async giveBack(job: RotationJob, error: unknown): Promise<void> {
    if (error instanceof LeaseLostError) {
      await this.store.release(job, null, 0);
      return;
    }
    this.logger.error({ msg: `The rotation ${job.id} was interrupted and goes on later`, err: error });
    const isSafe = error instanceof DomainError || error instanceof KeyProviderError || error instanceof KeyFileError;
    await this.store.release(job, isSafe ? error.message : 'It was interrupted; the log says why', RETRY_SECONDS);
  }

  private schedule(ms: number): void {
    if (!this.isStarted) return;
    this.timer = setTimeout(() => {
      this.present = this.present.then(() => this.tick());
    }, ms).unref();
  }

  private async tick(): Promise<void> {
    try {
      await this.work();
    } catch (error) {
      this.logger.debug({ msg: 'Rotations could not be looked for', err: error });
    }
    clearTimeout(this.timer);
    this.schedule(POLL_MS);
  }
}
