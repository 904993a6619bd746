import type { ConnectorConnection } from '../../../core/connectors/index.js';
import type { OutgoingEmail, SentEmail } from './outgoing-email.js';

/** One configured email connector in use. */
export interface EmailConnection extends ConnectorConnection {
  /**
   * Sends one mail; resolves once the service has taken responsibility for it. Called again for the same mail after a
   * failure, up to three times in all.
   * @param options.signal aborts the attempt; the promise rejects then.
   * @throws DeliveryRefusedError when another attempt would end the same way: a refused recipient, sender or content.
   * @throws DeliveryDelayedError when the service says when to come again (429 with Retry-After).
   * @throws ConnectionFailedError for everything that may pass. All with safe text.
   */
  sendMessage(message: OutgoingEmail, options: { readonly signal: AbortSignal }): Promise<SentEmail>;
}
