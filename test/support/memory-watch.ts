import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const SAMPLE_MS = 500;
/** A collection of a large heap takes long: the looks must not be what the process does most of the time. */
const LEAST_PAUSE_FACTOR = 10;

/**
 * Watches how much memory is held at most outside of the JavaScript heap: there buffers live. What nobody holds any
 * more does not count: it is collected before each look.
 */
export class MemoryWatch {
  private readonly collect = collector();
  private readonly start = this.held();
  private peak = 0;
  private timer = setTimeout(() => this.look(), SAMPLE_MS);

  static start(): MemoryWatch {
    return new MemoryWatch();
  }

  /** @returns the greatest growth since the start, in bytes. */
  stop(): number {
    clearTimeout(this.timer);
    this.sample();
    return this.peak;
  }

  private look(): void {
    const start = performance.now();
    this.sample();
    const took = performance.now() - start;
    this.timer = setTimeout(() => this.look(), Math.max(SAMPLE_MS, took * LEAST_PAUSE_FACTOR));
  }

  private sample(): void {
    this.peak = Math.max(this.peak, this.held() - this.start);
  }

  private held(): number {
    this.collect();
    // Buffers of dead objects are freed in the background; the next collection waits for that.
    this.collect();
    return process.memoryUsage().arrayBuffers;
  }
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
