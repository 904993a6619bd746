import { TooManyRequestsError } from '../../../core/errors/index.js';

/**
 * Lets callers of one key go one after the other within this process. Guesses at one account that come in parallel are
 * so counted one by one.
 */
export class TurnQueue {
  private readonly tails = new Map<string, Promise<unknown>>();
  private present = 0;

  /** @param limit callers that may be inside or waiting, of all keys together. */
  constructor(private readonly limit: number) {}

  /** @throws TooManyRequestsError when too many are waiting; `work` is then not run. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.present >= this.limit) throw new TooManyRequestsError(1);
    this.present += 1;
    const turn = (this.tails.get(key) ?? Promise.resolve()).then(work);
    const tail = turn.catch(() => undefined);
    this.tails.set(key, tail);
    try {
      return await turn;
    } finally {
      this.present -= 1;
      if (this.tails.get(key) === tail) this.tails.delete(key);
    }
  }
}
