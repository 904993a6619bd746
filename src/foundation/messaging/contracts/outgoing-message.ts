/** A message as a connection posts it. */
export interface OutgoingMessage {
  /** The same in every attempt: where the service takes an idempotency key, this is it. */
  readonly id: string;
  /** When it was accepted. */
  readonly date: Date;
  /** Not empty; lines end with `\n`. */
  readonly text: string;
  /** A channel, chat or number in the service's own words; `null` means the connector's own channel. */
  readonly to: string | null;
  /** The conversation that it answers to, in the service's own words. */
  readonly threadId: string | null;
}

/** What the service said to a message that it took. */
export interface SentMessage {
  /** The id that the service gave it, `null` when it gives none. */
  readonly remoteId: string | null;
}
