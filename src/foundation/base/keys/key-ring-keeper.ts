import { hostname } from 'node:os';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { KeyProviders, KeyRing } from '../../../core/crypto/index.js';
import { newId } from '../../../persistence/index.js';
import { KeyRingOpener } from './key-ring-opener.js';

const BEAT_MS = 5_000;
/** While a rotation waits for every process. */
const FAST_BEAT_MS = 500;
/** Before what the key ring keeps of current keys is too old, so that nobody waits for it. */
const REFRESH_MS = 20_000;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
/** A process that was not seen for this long is not waited for. */
export const PROCESS_LIFE_SECONDS = 30;

interface BeatRow {
  readonly epoch: string;
  readonly isRotating: boolean;
}

/**
 * Keeps the key ring of this process in step with the database: takes up new current keys, says which master keys it
 * knows, and opens a sealed ring once its key is there again.
 */
@Injectable()
export class KeyRingKeeper implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('KeyRing');
  private readonly id = newId();
  private readonly label = `${hostname()} ${process.pid}`.slice(0, 255);
  private epoch: string | null = null;
  private timer: NodeJS.Timeout | undefined;
  private present: Promise<void> = Promise.resolve();
  private isStopped = false;
  private isAway = false;
  private retries = 0;
  private refreshAt = 0;

  constructor(
    private readonly ring: KeyRing,
    private readonly opener: KeyRingOpener,
    private readonly providers: KeyProviders,
    private readonly dataSource: DataSource,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule(0);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.present;
    await this.dataSource.query('DELETE FROM base_key_process WHERE id = $1', [this.id]).catch(() => undefined);
  }

  /** Something has changed: the next beat comes now. */
  wake(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.schedule(0);
  }

  private schedule(ms: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.present = this.present.then(() => this.run());
    }, ms).unref();
  }

  private async run(): Promise<void> {
    let delay = FIRST_RETRY_MS;
    try {
      delay = await this.beat();
      this.isAway = false;
    } catch (error) {
      if (!this.isAway) this.logger.warn({ msg: 'The state of the keys could not be read', err: error });
      this.isAway = true;
    }
    clearTimeout(this.timer);
    this.schedule(delay);
  }

  /** @returns milliseconds until the next one. */
  private async beat(): Promise<number> {
    const [state] = await this.dataSource.query<BeatRow[]>(
      `SELECT epoch, EXISTS (SELECT FROM base_key_rotation WHERE status <> 'completed') AS "isRotating"
       FROM base_key_state`,
    );
    if (this.ring.isSealed) await this.opener.tryOpen(this.ring);
    // A key file that cannot be read now does not take away what is known.
    else await this.providers.load().catch(() => undefined);
    const epoch = state?.epoch ?? '0';
    if (epoch !== this.epoch || performance.now() > this.refreshAt) {
      await this.ring.refreshCurrent();
      this.refreshAt = performance.now() + REFRESH_MS;
    }
    this.epoch = epoch;
    await this.tell(epoch);
    if (this.ring.isSealed) return Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.retries++);
    this.retries = 0;
    return state?.isRotating === true ? FAST_BEAT_MS : BEAT_MS;
  }

  private async tell(epoch: string): Promise<void> {
    const ids = this.providers.all.map(({ masterKeyId }) => masterKeyId.toString('hex'));
    await this.dataSource.query(
      `WITH gone AS (DELETE FROM base_key_process WHERE seen_at < now() - interval '1 hour' AND id <> $1)
       INSERT INTO base_key_process (id, label, master_key_ids, is_sealed, epoch, seen_at)
       VALUES ($1, $2, $3, $4, $5, now())
       ON CONFLICT (id) DO UPDATE SET master_key_ids = EXCLUDED.master_key_ids, is_sealed = EXCLUDED.is_sealed,
         epoch = EXCLUDED.epoch, seen_at = EXCLUDED.seen_at`,
      [this.id, this.label, ids, this.ring.isSealed, epoch],
    );
  }
}
