import type { uploadDocument } from '../../api/upload';

/** More at once would only share the line, and fail together. */
export const MAX_AT_ONCE = 2;

export interface Upload {
  readonly id: number;
  readonly file: File;
  readonly state: 'waiting' | 'running' | 'failed';
  /** Bytes that have left. */
  readonly sent: number;
  /** Why it failed. */
  readonly error: unknown;
}

interface Entry extends Upload {
  readonly organizationId: string | null;
  readonly abort: AbortController;
}

type Send = (...args: Parameters<typeof uploadDocument>) => Promise<unknown>;
type Listener = () => void;

/**
 * Uploads that go on whatever page is open: {@link MAX_AT_ONCE} at once, the others wait in their order. Failed ones stay
 * until they are tried again or dismissed; a stored one is in the list of documents instead.
 */
export class UploadQueue {
  private entries: readonly Entry[] = [];
  private storedCount = 0;
  private lastId = 0;
  private readonly listeners = new Set<Listener>();

  constructor(private readonly send: Send) {}

  /** What waits, runs or failed, oldest first: the same array until something changes. */
  readonly list = (): readonly Upload[] => this.entries;

  /** How many were stored since nothing was under way. */
  readonly stored = (): number => this.storedCount;

  readonly isBusy = (): boolean => this.entries.some(({ state }) => state !== 'failed');

  readonly subscribe = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  add(files: readonly File[], organizationId: string | null): void {
    if (!this.isBusy()) this.storedCount = 0;
    const added = files.map((file) => ({ ...this.fresh(), file, organizationId }));
    this.change([...this.entries, ...added]);
  }

  retry(id: number): void {
    const failed = this.entries.find((entry) => entry.id === id && entry.state === 'failed');
    if (!failed) return;
    this.remove(id);
    this.add([failed.file], failed.organizationId);
  }

  /** Ends an upload, or forgets one that failed. */
  remove(id: number): void {
    this.entries.find((entry) => entry.id === id)?.abort.abort();
    this.change(this.entries.filter((entry) => entry.id !== id));
  }

  /** Gives all up, and forgets what was stored before. */
  clear(): void {
    const all = this.entries;
    this.storedCount = 0;
    this.change([]);
    for (const { abort } of all) abort.abort();
  }

  private fresh() {
    return { id: (this.lastId += 1), state: 'waiting', sent: 0, error: null, abort: new AbortController() } as const;
  }

  private change(entries: readonly Entry[]): void {
    this.entries = entries;
    const free = MAX_AT_ONCE - entries.filter(({ state }) => state === 'running').length;
    const next = entries.filter(({ state }) => state === 'waiting').slice(0, free);
    for (const entry of next) void this.run(entry);
    for (const listener of this.listeners) listener();
  }

  private async run({ id, file, organizationId, abort }: Entry): Promise<void> {
    this.entries = this.with(id, { state: 'running' });
    try {
      const onProgress = (sent: number) => this.change(this.with(id, { sent }));
      await this.send(file, { organizationId, signal: abort.signal, onProgress });
      this.storedCount += 1;
      this.change(this.entries.filter((entry) => entry.id !== id));
    } catch (error) {
      // A cancelled one is no longer there.
      this.change(this.with(id, { state: 'failed', error }));
    }
  }

  private with(id: number, changes: Partial<Entry>): readonly Entry[] {
    return this.entries.map((entry) => (entry.id === id ? { ...entry, ...changes } : entry));
  }
}
