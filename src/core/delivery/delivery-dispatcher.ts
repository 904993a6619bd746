import type { ClaimedDelivery, DeliveryReceipt } from './delivery.js';
import type { DeliveryQueue } from './delivery-queue.js';

/** One kind of message: where its rows wait and how one is sent. */
export interface DeliveryLine {
  /** e.g. `email`. */
  readonly kind: string;
  readonly queue: DeliveryQueue;
  /**
   * Sends one message. Holds no transaction and no lock meanwhile.
   * @param signal aborts when the time is up, the process stops, or the message is no longer this worker's.
   * @throws DeliveryFailure, or anything else, which counts as a failure that may pass.
   */
  deliver(claim: ClaimedDelivery, signal: AbortSignal): Promise<DeliveryReceipt>;
}

/**
 * Has accepted messages sent. Today workers of this process do it; a job queue can take their place, because all
 * that a message needs is in its row.
 */
export abstract class DeliveryDispatcher {
  /** Called once for each kind, while the application starts. */
  abstract register(line: DeliveryLine): void;

  /** Says that a message of the kind was committed. Only a hint: due rows are found without it, a moment later. */
  abstract wake(kind: string): void;
}
