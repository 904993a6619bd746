import type { ConnectorConnection } from '../../../core/connectors/index.js';
import type { OutgoingMessage, SentMessage } from './outgoing-message.js';

/** One configured messaging connector in use. */
export interface MessagingConnection extends ConnectorConnection {
  /**
   * Posts one message; resolves once the service has taken it. Called again for the same message after a failure, up
   * to three times in all.
   * @param options.signal aborts the attempt; the promise rejects then.
   * @throws DeliveryRefusedError when another attempt would end the same way: an unknown channel, a text that is too
   *   long, or no channel in message and config.
   * @throws DeliveryDelayedError when the service says when to come again (429 with Retry-After).
   * @throws ConnectionFailedError for everything that may pass. All with safe text.
   */
  sendMessage(message: OutgoingMessage, options: { readonly signal: AbortSignal }): Promise<SentMessage>;
}
