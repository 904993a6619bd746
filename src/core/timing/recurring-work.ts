export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

/** Does a piece of work at once and then again and again, one run at a time, until it is stopped. */
export class RecurringWork {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private present: Promise<void> | null = null;

  /**
   * @param intervalMs from the beginning of one run to that of the next; a run that takes longer is not begun twice.
   * @param work ends early, at a place where nothing is left half done, once the signal aborts.
   * @param onFailure is told what a run threw; the next one comes all the same.
   */
  constructor(
    private readonly intervalMs: number,
    private readonly work: (signal: AbortSignal) => Promise<void>,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.begin(), this.intervalMs).unref();
    this.begin();
  }

  /** Resolves when the run that is under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    await this.present;
  }

  private begin(): void {
    this.present ??= this.work(this.stopping.signal)
      .catch(this.onFailure)
      .finally(() => {
        this.present = null;
      });
  }
}
