import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DatabaseUnavailableError, SealedError } from '../errors/index.js';
import type { ClaimedDelivery, DeliveryOutcome, DeliveryReceipt } from './delivery.js';
import { DeliveryFailure } from './delivery.errors.js';
import type { DeliveryLine } from './delivery-dispatcher.js';
import type { DeliveryPolicy } from './delivery-policy.js';
import { Lease } from './lease.js';

const TOO_SLOW = 'The service took too long';
const INTERRUPTED = 'The server stopped every time while it was sending; whether the message was sent is not known';
/** How often, and how far apart, writing down an outcome is tried while the database is away. */
const FINISH_TRIES = 60;
const FINISH_PAUSE_MS = 1_000;

type Interruption = 'stopped' | 'lost' | 'too_slow';

/** One attempt at one message, from the claim to its written outcome. */
export class DeliveryAttempt {
  private readonly logger = new Logger('Delivery');
  private readonly abortion = new AbortController();
  private readonly stopping = new AbortController();
  private interruption: Interruption | null = null;

  /** @param begunAt when the claim was asked for, by `performance.now()`. */
  constructor(
    private readonly line: DeliveryLine,
    private readonly policy: DeliveryPolicy,
    private readonly claim: ClaimedDelivery,
    private readonly begunAt: number,
  ) {}

  get organizationId(): string {
    return this.claim.organizationId;
  }

  /** Gives the message back, unless its outcome is known already. */
  stop(): void {
    this.stopping.abort();
    this.interrupt('stopped');
  }

  /** Never throws: what cannot be written down shows when the lease has ended. */
  async run(): Promise<void> {
    const { leaseMs } = this.policy;
    const keep = () => this.line.queue.keep(this.claim, leaseMs);
    const lease = new Lease(leaseMs, this.begunAt, keep, () => this.interrupt('lost'));
    try {
      const outcome = await this.send();
      this.report(outcome, await this.finish(outcome));
    } catch (error) {
      this.logger.error(
        `The outcome of ${this.line.kind} message ${this.claim.id} could not be stored: ${nameOf(error)}`,
      );
    } finally {
      lease.end();
    }
  }

  private interrupt(reason: Interruption): void {
    this.interruption ??= reason;
    this.abortion.abort(new Error(`The attempt ended: ${reason}`));
  }

  private async send(): Promise<DeliveryOutcome> {
    if (this.claim.interruptions > this.policy.maxInterruptions) return { kind: 'failed', reason: INTERRUPTED };
    const limit = setTimeout(() => this.interrupt('too_slow'), this.policy.attemptMs).unref();
    try {
      const receipt = await this.deliverOrAbort();
      return { kind: 'sent', ...receipt };
    } catch (error) {
      return this.outcomeOf(error);
    } finally {
      clearTimeout(limit);
    }
  }

  /** Ends with the signal, also for a provider that does not watch it. */
  private async deliverOrAbort(): Promise<DeliveryReceipt> {
    const { signal } = this.abortion;
    const work = this.line.deliver(this.claim, signal);
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      if (signal.aborted) reject(signal.reason as Error);
    });
    return Promise.race([work, aborted]);
  }

  private outcomeOf(error: unknown): DeliveryOutcome {
    if (this.interruption === 'stopped' || this.interruption === 'lost') return { kind: 'released', delayMs: 0 };
    if (this.interruption === 'too_slow') return this.failedOrRetry(TOO_SLOW, 0);
    if (error instanceof SealedError || error instanceof DatabaseUnavailableError) {
      return { kind: 'released', delayMs: this.policy.delayAfter(1) };
    }
    if (!(error instanceof DeliveryFailure)) return this.failedOrRetry('The message could not be sent', 0);
    const { reason, details } = error;
    return details.isFinal ? { kind: 'failed', reason } : this.failedOrRetry(reason, details.retryAfterMs);
  }

  private failedOrRetry(reason: string, askedMs: number): DeliveryOutcome {
    const { attempts } = this.claim;
    if (attempts >= this.policy.maxAttempts) return { kind: 'failed', reason };
    return { kind: 'retry', reason, delayMs: this.policy.delayAfter(attempts, askedMs) };
  }

  /**
   * A message that was sent must not be sent again because the database was away for a moment. After a stop, whatever
   * ended the attempt, there is one more try at most.
   */
  private async finish(outcome: DeliveryOutcome): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.line.queue.finish(this.claim, outcome);
      } catch (error) {
        const { signal } = this.stopping;
        if (tries === FINISH_TRIES || signal.aborted) throw error;
        await sleep(FINISH_PAUSE_MS, undefined, { ref: false, signal }).catch(() => undefined);
      }
    }
  }

  private report(outcome: DeliveryOutcome, isWritten: boolean): void {
    const message = `${this.line.kind} message ${this.claim.id}`;
    if (!isWritten) this.logger.warn(`${message} was taken over by another worker; it may have been sent twice`);
    else if (outcome.kind === 'failed') this.logger.warn(`${message} failed: ${outcome.reason}`);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
