interface Entry<Value> {
  readonly value: Promise<Value>;
  readonly staleAt: number;
  /** Loads what comes in its place, while it is still good. */
  successor?: Promise<Value>;
}

/**
 * Keeps the most recently used values, at most `limit` and for at most `ttlMs`. Callers of one missing key share one
 * load; a failed load is not kept.
 */
export class BoundedCache<Value> {
  private readonly entries = new Map<string, Entry<Value>>();

  constructor(
    private readonly limit: number,
    private readonly ttlMs: number,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  /**
   * @param isPassing tells a failure to load after which the known value is used once more, for as long as a loaded one.
   * @param spareMs how much longer the value must be good, or it is loaded again now. Callers without such a wish get
   *   the good value meanwhile, and go on with it after a failure.
   */
  get(key: string, load: () => Promise<Value>, isPassing?: (error: unknown) => boolean, spareMs = 0): Promise<Value> {
    const known = this.entries.get(key);
    if (!known) return this.load(key, load);
    const wanted = () => {
      if (!isPassing) return load();
      return load().catch((error: unknown) => {
        if (isPassing(error)) return known.value;
        throw error;
      });
    };
    this.entries.delete(key);
    const goodForMs = known.staleAt - performance.now();
    if (goodForMs <= 0) return this.load(key, wanted);
    this.entries.set(key, known); // most recent again
    if (goodForMs > spareMs) return known.value;
    known.successor ??= this.replace(key, known, wanted);
    return known.successor;
  }

  /** Keys of what is kept, the most recently used last. */
  keys(): string[] {
    return [...this.entries.keys()];
  }

  /** Keeps a value that was found otherwise, in the place of what was kept. */
  put(key: string, value: Value): void {
    this.entries.delete(key);
    void this.load(key, () => Promise.resolve(value));
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  /** What was put or deleted meanwhile is newer than what was read. */
  private async replace(key: string, known: Entry<Value>, load: () => Promise<Value>): Promise<Value> {
    const staleAt = performance.now() + this.ttlMs;
    try {
      const value = await load();
      if (this.entries.get(key) === known) this.entries.set(key, { value: Promise.resolve(value), staleAt });
      return value;
    } finally {
      delete known.successor;
    }
  }

  private load(key: string, load: () => Promise<Value>): Promise<Value> {
    const entry = { value: load(), staleAt: performance.now() + this.ttlMs };
    this.entries.set(key, entry);
    entry.value.catch(() => {
      if (this.entries.get(key) === entry) this.entries.delete(key);
    });
    const oldest = this.entries.keys().next();
    if (this.entries.size > this.limit && !oldest.done) this.entries.delete(oldest.value);
    return entry.value;
  }
}
