interface Entry<Value> {
  readonly value: Promise<Value>;
  readonly staleAt: number;
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
   * @param isPassing tells a failure to load after which a value that is too old is used once more.
   * @param spareMs how much longer the value must be good, or it is loaded again now.
   */
  get(key: string, load: () => Promise<Value>, isPassing?: (error: unknown) => boolean, spareMs = 0): Promise<Value> {
    const known = this.entries.get(key);
    this.entries.delete(key);
    if (known && known.staleAt > performance.now() + spareMs) {
      this.entries.set(key, known); // most recent again
      return known.value;
    }
    if (!known || !isPassing) return this.load(key, load);
    return this.load(key, () =>
      load().catch((error: unknown) => {
        if (isPassing(error)) return known.value;
        throw error;
      }),
    );
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
