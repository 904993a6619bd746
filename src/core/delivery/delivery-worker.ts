import { Logger } from '@nestjs/common';
import type { ClaimedDelivery } from './delivery.js';
import { DeliveryAttempt } from './delivery-attempt.js';
import type { DeliveryLine } from './delivery-dispatcher.js';
import type { DeliveryPolicy } from './delivery-policy.js';

/** Sends the due messages of one kind, several at once. Any number of processes may run one on the same table. */
export class DeliveryWorker {
  private readonly logger = new Logger('Delivery');
  private readonly running = new Map<DeliveryAttempt, Promise<void>>();
  private poll: NodeJS.Timeout | null = null;
  private filling: Promise<void> | null = null;
  private isWanted = false;
  private isStopping = false;
  private isBlind = false;

  constructor(
    private readonly line: DeliveryLine,
    private readonly policy: DeliveryPolicy,
    /** While it answers `false` nothing is claimed. */
    private readonly mayClaim: () => boolean,
  ) {}

  start(): void {
    this.poll = setInterval(() => this.wake(), this.policy.pollMs).unref();
    this.wake();
  }

  /** Looks for due messages now. */
  wake(): void {
    this.isWanted = true;
    this.filling ??= this.fill().finally(() => {
      this.filling = null;
      if (this.isWanted) this.wake(); // somebody woke us between the last look and now
    });
  }

  /** Claims nothing more; lets attempts end for a moment, then gives the rest back. */
  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.poll !== null) clearInterval(this.poll);
    await this.filling;
    const giveBack = setTimeout(
      () => [...this.running.keys()].forEach((attempt) => attempt.stop()),
      this.policy.graceMs,
    );
    await Promise.all(this.running.values());
    clearTimeout(giveBack);
  }

  private async fill(): Promise<void> {
    while (this.isWanted) {
      this.isWanted = false;
      try {
        while (this.hasRoom() && (await this.takeNext()));
        this.isBlind = false;
      } catch (error) {
        this.reportBlindness(error);
      }
    }
  }

  /** Once for each time that the database is away. */
  private reportBlindness(error: unknown): void {
    const name = error instanceof Error ? error.name : typeof error;
    if (!this.isBlind) this.logger.warn(`Due ${this.line.kind} messages could not be looked for: ${name}`);
    this.isBlind = true;
  }

  private hasRoom(): boolean {
    return !this.isStopping && this.mayClaim() && this.running.size < this.policy.concurrency;
  }

  /** @returns whether there was one. */
  private async takeNext(): Promise<boolean> {
    const begunAt = performance.now();
    const claim = await this.line.queue.claim(this.policy.leaseMs, this.busyOrganizations());
    if (claim === null) return false;
    this.begin(claim, begunAt);
    return true;
  }

  private begin(claim: ClaimedDelivery, begunAt: number): void {
    const attempt = new DeliveryAttempt(this.line, this.policy, claim, begunAt);
    const run = attempt.run().finally(() => {
      this.running.delete(attempt);
      if (!this.isStopping) this.wake();
    });
    this.running.set(attempt, run);
  }

  /** One organization's slow service must not hold up the others. */
  private busyOrganizations(): string[] {
    const counts = new Map<string, number>();
    for (const { organizationId } of this.running.keys()) {
      counts.set(organizationId, (counts.get(organizationId) ?? 0) + 1);
    }
    return [...counts].filter(([, count]) => count >= this.policy.perOrganization).map(([id]) => id);
  }
}
