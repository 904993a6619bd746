import type { Readable } from 'node:stream';

/** A mail address with the name that people read. */
export interface Mailbox {
  /** Without control characters; `null` for none. */
  readonly name: string | null;
  /** Checked: `local@domain`, ASCII before the `@`. */
  readonly address: string;
}

/** A document that goes with a mail. */
export interface EmailAttachment {
  /** File name for the recipient, without control characters. */
  readonly name: string;
  /** MIME type. */
  readonly mime: string;
  /** Bytes. */
  readonly size: number;
  /**
   * The content from its first byte; each call gives a new stream. Nothing is opened before it is read, so the
   * streams of several attachments can be made at once. Breaks with an error when the storage fails or gives another
   * number of bytes: then the mail must not be sent. Streams are closed after `sendMessage`.
   */
  open(): Readable;
}

/** A mail as a connection sends it. The sender is the connection's own affair. */
export interface OutgoingEmail {
  /** The same in every attempt: where the service takes an idempotency key, this is it. */
  readonly id: string;
  /** When it was accepted. */
  readonly date: Date;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  /** Recipients whom the others must not see. */
  readonly bcc: readonly Mailbox[];
  /** Without control characters; may be empty. */
  readonly subject: string;
  /** At least one of `text` and `html` is there. */
  readonly text: string | null;
  readonly html: string | null;
  readonly attachments: readonly EmailAttachment[];
}

/** What the service said to a mail that it took. */
export interface SentEmail {
  /** The id that the service gave it, `null` when it gives none. */
  readonly remoteId: string | null;
  /** Addresses that were refused while others were taken. All refused is a DeliveryRefusedError. */
  readonly rejected: readonly string[];
}
