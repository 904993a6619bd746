import type { Mailbox } from './contracts/index.js';

/** Who a mail goes to and what it is about; stored as one ciphertext. */
export interface EmailEnvelope {
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly subject: string;
}

/** What a mail says; stored as another. */
export interface EmailBody {
  readonly text: string | null;
  readonly html: string | null;
}

/** A mail as a caller asks for it. */
export interface EmailDraft {
  /** Each an address, or a name with one in angle brackets. */
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly subject: string;
  /** At least one of the two. */
  readonly text?: string;
  readonly html?: string;
  /** Ids of documents of the same organization. */
  readonly attachments?: readonly string[];
  /** The scope's own when left out. */
  readonly organizationId?: string;
}
