import { lookup as lookUpInSystem } from 'node:dns/promises';
import type { ResolvedAddress } from './name-resolver.js';

/** Of the four threads that Node has for look-ups, files and hashing. */
const MAX_RUNNING = 2;

/** Asks the system for all addresses of a name, and holds a thread meanwhile. */
export type Lookup = (hostname: string, options: { all: true }) => Promise<{ address: string; family: number }[]>;

/**
 * The system's own look-up, which cannot be called off: it holds one of Node's few threads for as long as a slow name
 * service likes. So few run at once, and all who want the same name share one.
 */
export class SystemLookup {
  private readonly byName = new Map<string, Promise<ResolvedAddress[]>>();
  private readonly waiting = new Set<() => void>();

  constructor(private readonly lookup: Lookup = lookUpInSystem) {}

  /** @returns none for a name that there is not. @throws the look-up's error, or the signal's reason. */
  async find(hostname: string, signal: AbortSignal): Promise<ResolvedAddress[]> {
    while (!this.byName.has(hostname) && this.byName.size >= MAX_RUNNING) await this.turn(signal);
    signal.throwIfAborted();
    return this.byName.get(hostname) ?? this.start(hostname);
  }

  /** Its place is taken until the thread is free, also when nobody waits for the answer any more. */
  private start(hostname: string): Promise<ResolvedAddress[]> {
    const running = this.ask(hostname).finally(() => {
      this.byName.delete(hostname);
      for (const next of this.waiting) next();
    });
    this.byName.set(hostname, running);
    return running;
  }

  private async ask(hostname: string): Promise<ResolvedAddress[]> {
    try {
      const found = await this.lookup(hostname, { all: true });
      return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
    } catch (error) {
      if (['ENOTFOUND', 'ENODATA'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
      throw error;
    }
  }

  /** Until a look-up ends; those who came first look first whether there is room. */
  private async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const settle = (finish: () => void) => {
        this.waiting.delete(go);
        signal.removeEventListener('abort', stop);
        finish();
      };
      const go = () => settle(resolve);
      const stop = () => settle(() => reject(signal.reason as Error));
      this.waiting.add(go);
      signal.addEventListener('abort', stop, { once: true });
    });
  }
}
