const DAY_MS = 24 * 60 * 60 * 1000;

/** Does a piece of work at once and then every day, one run at a time, until it is stopped. */
export class DailyWork {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private present: Promise<void> | null = null;

  /**
   * @param work ends early, at a place where nothing is left half done, once the signal aborts.
   * @param onFailure is told what a run threw; the next one comes all the same.
   */
  constructor(
    private readonly work: (signal: AbortSignal) => Promise<void>,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.begin(), DAY_MS).unref();
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
