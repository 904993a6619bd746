import { Injectable } from '@nestjs/common';
import { TooManyRequestsError } from '../../core/errors/index.js';

/** Milliseconds that a caller waits for its turn. */
const MAX_WAIT_MS = 30_000;

/**
 * Lets callers of one key go one after the other within this process, so that they wait here and not with a database
 * connection in hand. Between processes the advisory lock does the same.
 */
@Injectable()
export class KeyedQueue {
  private readonly tails = new Map<string, Promise<void>>();

  /** Runs `work` when its turn comes. @throws TooManyRequestsError after 30 s of waiting; `work` is then not run. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key) ?? Promise.resolve();
    let release = (): void => undefined;
    const mine = new Promise<void>((resolve) => (release = resolve));
    const tail = before.then(() => mine);
    this.tails.set(key, tail);
    try {
      await this.waitFor(before);
      return await work();
    } finally {
      release();
      // Not before those in front are through: whoever comes next waits for them.
      void tail.then(() => this.tails.get(key) === tail && this.tails.delete(key));
    }
  }

  private async waitFor(before: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new TooManyRequestsError(1, 'Too many changes of the same default are waiting'));
      }, MAX_WAIT_MS);
    });
    try {
      await Promise.race([before, timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}
