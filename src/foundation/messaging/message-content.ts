/** Where a message goes; stored as one ciphertext. */
export interface MessageEnvelope {
  /** `null` is the connector's own channel. */
  readonly to: string | null;
  readonly threadId: string | null;
}

/** What a message says; stored as another. */
export interface MessageBody {
  readonly text: string;
}

/** A message as a caller asks for it. */
export interface MessageDraft {
  readonly text: string;
  /** A channel, chat or number in the service's own words; the connector's channel when left out. */
  readonly to?: string;
  /** The conversation that it answers to, in the service's own words. */
  readonly threadId?: string;
  /** The scope's own when left out. */
  readonly organizationId?: string;
}
