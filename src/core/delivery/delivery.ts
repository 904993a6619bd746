/** `queued`: waits for its next attempt. `sending`: a worker has it. The other two are final. */
export const DELIVERY_STATUSES = ['queued', 'sending', 'sent', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** The provider type of a transport that is built in: no connector stands behind it. */
export const BUILT_IN = 'built_in';

/** A message's way out, as its readers see it. */
export interface Delivery {
  readonly id: string;
  readonly organizationId: string;
  readonly status: DeliveryStatus;
  /** Attempts so far, with the running one; those that a stop or a crash interrupted are not counted. */
  readonly attempts: number;
  /** Why the last attempt failed, or what a successful one left out; safe text. */
  readonly lastError: string | null;
  /** The connector that the last attempt used, before it the one that would be used; `null` for the built-in transport. */
  readonly connectorId: string | null;
  /** Type of that connector's provider, or `built_in`. */
  readonly providerType: string;
  /** The id that the service gave the message, when it gives one. */
  readonly remoteId: string | null;
  /** Set while `queued`. */
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  /** When it was sent or given up. */
  readonly finishedAt: Date | null;
}

/** A delivery with its content as it is stored: each part is a ciphertext. */
export interface SealedDelivery extends Delivery {
  /** Who it goes to and what it is about. */
  readonly envelope: Buffer;
  readonly body: Buffer;
}

/** A delivery that is one worker's until its lease ends. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly organizationId: string;
  /** Number of this attempt, from 1. */
  readonly attempts: number;
  /** How often a worker vanished with this message in its hands. */
  readonly interruptions: number;
  /** Tells this claim from any other of the same message. */
  readonly leaseId: string;
  readonly createdAt: Date;
  readonly envelope: Buffer;
  readonly body: Buffer;
}

/** What a service answered to a message that it took. */
export interface DeliveryReceipt {
  readonly remoteId: string | null;
  /** What an administrator should know although it was sent, e.g. that one of several recipients was refused. */
  readonly note: string | null;
}

/** How an attempt ended, as it is written down. */
export type DeliveryOutcome =
  | ({ readonly kind: 'sent' } & DeliveryReceipt)
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'retry'; readonly reason: string; readonly delayMs: number }
  /** Not counted as an attempt: the message goes back as it was. */
  | { readonly kind: 'released'; readonly delayMs: number };
