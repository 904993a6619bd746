import { setTimeout as sleep } from 'node:timers/promises';
import { endLeftovers } from './cluster-processes.js';
import { Postmaster, type PostmasterOptions } from './postmaster.js';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;

/** Keeps the server running: one that ends by itself is started again, on the same port, until `stop`. */
export class SupervisedServer {
  private readonly stopping = new AbortController();
  private readonly watching: Promise<void>;

  constructor(
    private current: Postmaster,
    private readonly options: PostmasterOptions,
  ) {
    this.watching = this.watch();
  }

  /** Ends the server for good. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.current.stop();
    await this.watching;
    // One that was just being started again is there by now.
    await this.current.stop();
  }

  private async watch(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const how = await this.current.ended;
      if (this.stopping.signal.aborted) return;
      this.options.log('error', `The embedded database ended (${how}) and is started again`);
      await this.restart();
    }
  }

  private async restart(): Promise<void> {
    for (let wait = FIRST_DELAY_MS; !this.stopping.signal.aborted; wait = Math.min(wait * 2, LONGEST_DELAY_MS)) {
      try {
        // Backends of a postmaster that was killed still hold its shared memory.
        await endLeftovers(this.options.cluster);
        if (this.stopping.signal.aborted) return;
        this.current = await Postmaster.start(this.options);
        this.options.log('info', 'The embedded database is back');
        return;
      } catch (error) {
        this.options.log('error', `It does not start (${messageOf(error)}), next try in ${wait} ms`);
        await sleep(wait, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
