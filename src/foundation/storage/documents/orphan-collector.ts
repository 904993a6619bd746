import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DocumentRemover } from './document-remover.js';
import { DocumentStore } from './document-store.js';
import type { StorageDocument } from './storage-document.entity.js';

const INTERVAL_MS = 60_000;
/** A live upload or delete shows itself ten times as often. */
const STALE_SECONDS = 300;
const MAX_PER_RUN = 100;

/**
 * Ends what a crash or an unreachable backend interrupted: uploads and deletes whose row has had no sign of life for
 * five minutes. Any number of processes may do it at once. What fails again is tried again five minutes later.
 */
@Injectable()
export class OrphanCollector implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(OrphanCollector.name);
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<number> | null = null;
  private readonly stop = new AbortController();

  constructor(
    private readonly documents: DocumentStore,
    private readonly remover: DocumentRemover,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.collect(), INTERVAL_MS).unref();
    void this.collect();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    this.stop.abort();
    await this.running;
  }

  /** One run; a second call joins one that is under way. @returns how many rows were cleaned up. */
  async collect(staleSeconds = STALE_SECONDS): Promise<number> {
    this.running ??= this.run(staleSeconds).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async run(staleSeconds: number): Promise<number> {
    let cleaned = 0;
    try {
      for (let taken = 0; taken < MAX_PER_RUN && !this.stop.signal.aborted; taken++) {
        const document = await this.documents.claimAbandoned(staleSeconds);
        if (!document) break;
        if (await this.tryFinish(document)) cleaned++;
      }
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      this.logger.warn(`Unfinished documents could not be looked for: ${name}`);
    }
    if (cleaned > 0) this.logger.log(`Cleaned up after ${cleaned} interrupted uploads or deletes`);
    return cleaned;
  }

  private async tryFinish(document: StorageDocument): Promise<boolean> {
    try {
      await this.remover.finishRemoval(document, this.stop.signal);
      return true;
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      this.logger.warn(`The unfinished document ${document.id} could not be cleaned up yet: ${name}`);
      return false;
    }
  }
}
