import { TooManyRequestsError } from '../../../core/errors/index.js';

/** Lets no more than some callers of one key in at once within this process. */
export class Crowds {
  private readonly present = new Map<string, number>();

  /** @param limit callers of one key that may be inside. */
  constructor(private readonly limit: number) {}

  /** @throws TooManyRequestsError when too many of the key are inside; `work` is then not run. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.present.get(key) ?? 0;
    if (before >= this.limit) throw new TooManyRequestsError(1);
    this.present.set(key, before + 1);
    try {
      return await work();
    } finally {
      const left = (this.present.get(key) ?? 0) - 1;
      if (left > 0) this.present.set(key, left);
      else this.present.delete(key);
    }
  }
}
