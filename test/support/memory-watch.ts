import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const SAMPLE_MS = 500;

/**
 * Watches how much memory is held at most outside of the JavaScript heap: there buffers live. What nobody holds any
 * more does not count: it is collected before each look.
 */
export class MemoryWatch {
  private readonly collect = collector();
  private readonly start = this.held();
  private peak = 0;
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
    this.peak = Math.max(this.peak, this.held() - this.start);
  }

  private held(): number {
    this.collect();
    return process.memoryUsage().arrayBuffers;
  }
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
