/**
 * How messages are sent. An embedding application may provide its own; what it leaves out stays as it is here.
 * All times in milliseconds.
 */
export class DeliveryPolicy {
  readonly maxAttempts: number = 3;
  /** Wait after the first failure, after the second …; the last one stays. Up to a fifth is added by chance. */
  readonly backoffMs: readonly number[] = [30_000, 120_000];
  /** Longest wait that a service may ask for. */
  readonly maxDelayMs: number = 3_600_000;
  /** Longest time for one attempt. */
  readonly attemptMs: number = 300_000;
  /** For so long a message stays a worker's without a sign of life; three signs fall into it. */
  readonly leaseMs: number = 30_000;
  /** A message that so many workers vanished over is given up: it may be what kills them. */
  readonly maxInterruptions: number = 10;
  /** How often due messages of other processes, and retries, are looked for. */
  readonly pollMs: number = 5_000;
  /** Messages of one kind that one process sends at once, in all and of one organization. */
  readonly concurrency: number = 8;
  readonly perOrganization: number = 3;
  /** How long a stopping process lets its attempts go on before it gives them back. */
  readonly graceMs: number = 2_500;

  constructor(values: Partial<DeliveryPolicy> = {}) {
    Object.assign(this, values);
  }

  /** The wait after a failed attempt. @param attempts so far. @param askedMs what the service asked for. */
  delayAfter(attempts: number, askedMs = 0): number {
    const base = this.backoffMs[Math.min(attempts, this.backoffMs.length) - 1] ?? 0;
    return Math.min(Math.max(base * (1 + Math.random() / 5), askedMs), this.maxDelayMs);
  }
}
