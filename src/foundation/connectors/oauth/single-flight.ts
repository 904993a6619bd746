/** Lets callers of one key share one run of the same work within this process. */
export class SingleFlight<T> {
  private readonly running = new Map<string, Promise<T>>();

  run(key: string, work: () => Promise<T>): Promise<T> {
    const present = this.running.get(key);
    if (present) return present;
    const mine = work().finally(() => this.forget(key, mine));
    this.running.set(key, mine);
    return mine;
  }

  /** The next caller starts anew, whatever is still running. */
  forget(key: string, only: Promise<T> | undefined = this.running.get(key)): void {
    if (this.running.get(key) === only) this.running.delete(key);
  }
}
