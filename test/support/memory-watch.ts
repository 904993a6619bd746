const SAMPLE_MS = 10;

/** Watches how much memory outside of the JavaScript heap is held at most: there buffers live. */
export class MemoryWatch {
  private peak = 0;
  private readonly start = held();
  private readonly timer = setInterval(() => this.sample(), SAMPLE_MS);

  static start(): MemoryWatch {
    return new MemoryWatch();
  }

  /** @returns the greatest growth since the start, in bytes. */
  stop(): number {
    clearInterval(this.timer);
    this.sample();
    return this.peak;
  }

  private sample(): void {
    this.peak = Math.max(this.peak, held() - this.start);
  }
}

function held(): number {
  return process.memoryUsage().arrayBuffers;
}
