import type { Writable } from 'node:stream';

/** About what may wait for the reader; more would cost the server its memory. */
const MAX_WAITING_CHARS = 4 * 1024 * 1024;

/**
 * Where the log goes. A reader that is slow, stops or goes away never holds the server up: lines wait for it up to a
 * bound, what comes after is dropped and counted.
 * @param stream one that does not block while its reader sleeps, as `process.stdout` on a pipe.
 */
export class LogOutput {
  private dropped = 0;
  private report: (dropped: number) => void = () => undefined;

  constructor(
    private readonly stream: Writable,
    private readonly maxWaiting = MAX_WAITING_CHARS,
  ) {
    // Without a listener, a pipe that was closed or a disk that is full would end the process.
    stream.on('error', () => (this.dropped += 1));
    stream.on('drain', () => this.reportDropped());
  }

  /** @param report told how many lines were lost, once the reader has caught up. */
  whenDropped(report: (dropped: number) => void): void {
    this.report = report;
  }

  /** @param line with its line break. Never throws. */
  write(line: string): void {
    if (this.stream.writableLength + line.length > this.maxWaiting) this.dropped += 1;
    else this.stream.write(line);
  }

  /** Resolves once all is out, or after the limit: whoever ends the process does not wait for a reader that sleeps. */
  async flush(limitMs: number): Promise<void> {
    if (this.stream.writableLength === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.stream.write('', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private reportDropped(): void {
    const dropped = this.dropped;
    this.dropped = 0;
    if (dropped > 0) this.report(dropped);
  }
}
